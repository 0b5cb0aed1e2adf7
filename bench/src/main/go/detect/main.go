// Go's net/http for the bench's "detect": requests that wait until their client leaves, and say
// when they were told. Speaks the same lines as DetectServer. Needs nothing but the standard library.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"unsafe"
)

const clockMonotonic = 1

// monotonicNanos reads the clock that Java's System.nanoTime reads.
func monotonicNanos() int64 {
	var time syscall.Timespec
	syscall.RawSyscall(
		syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&time)), 0)
	return time.Nano()
}

func handle(response http.ResponseWriter, request *http.Request) {
	path := request.URL.Path
	if path == "/" {
		io.WriteString(response, "here")
		return
	}
	if strings.HasPrefix(path, "/stream/") {
		io.WriteString(response, "!")
		response.(http.Flusher).Flush()
	}
	id := path[strings.LastIndex(path, "/")+1:]
	fmt.Println("arrived", id)
	<-request.Context().Done()
	stopped := monotonicNanos()
	fmt.Println("stopped", id, stopped, stopped)
}

func listen() (net.Listener, int) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return listener, listener.Addr().(*net.TCPAddr).Port
}

func main() {
	plain, port := listen()
	secure, tlsPort := listen()
	server := &http.Server{Handler: http.HandlerFunc(handle)}
	go func() { log.Fatal(server.Serve(plain)) }()
	go func() { log.Fatal(server.ServeTLS(secure, os.Args[1], os.Args[2])) }()
	fmt.Println("ports", port, tlsPort)
	io.Copy(io.Discard, os.Stdin) // ends with the one who started it
}
