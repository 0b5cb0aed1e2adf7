package main

import "net/http"

const library = "net/http"

func handler() http.Handler {
	return http.HandlerFunc(handle)
}
