"""Records to messages and back, purely: no store, no clock. What is wrong with a message is noted, not raised."""
