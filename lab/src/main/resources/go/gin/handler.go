package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

const library = "gin-" + gin.Version

func handler() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.NoRoute(func(context *gin.Context) {
		context.Status(http.StatusOK)
		handle(context.Writer, context.Request)
	})
	return engine
}
