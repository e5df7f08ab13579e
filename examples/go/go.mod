module example.com/weir-client

go 1.24
