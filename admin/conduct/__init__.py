"""How every service of administration behaves: names, pages, filters, masks, etags, request ids. It knows no record."""
