module shopd

go 1.26
