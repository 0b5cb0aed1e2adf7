// Go's servers of the lab: the handler of Work.java, which says the same lines. With "gin" as its
// argument by Gin, else by net/http alone.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

var piece = make([]byte, 4096)

type work struct {
	id     string
	kind   string
	steps  int
	once   sync.Once
}

func begin(request *http.Request) (*work, error) {
	parts := strings.Split(request.URL.Path, "/")
	if len(parts) != 4 {
		return nil, fmt.Errorf("%s (expected: /KIND/ID/STEPS)", request.URL.Path)
	}
	steps, err := strconv.Atoi(parts[3])
	_, port, _ := net.SplitHostPort(request.RemoteAddr)
	w := &work{id: parts[2], kind: parts[1], steps: steps}
	w.say("began", port)
	return w, err
}

func (w *work) say(what string, more ...interface{}) {
	line := fmt.Sprint(what, " ", w.id, " ", time.Now().UnixNano())
	for _, each := range more {
		line += fmt.Sprint(" ", each)
	}
	fmt.Println(line)
}

func (w *work) stop(how string) {
	w.once.Do(func() {
		w.say("told", how)
		w.say("stopped")
	})
}

func handle(response http.ResponseWriter, request *http.Request) {
	w, err := begin(request)
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	for step := 1; step <= w.steps; step++ {
		if w.kind == "stream" {
			if _, err := response.Write(piece); err != nil {
				w.stop("write")
				return
			}
			response.(http.Flusher).Flush()
			w.say("wrote", len(piece))
		} else {
			w.say("step", step)
		}
		select {
		case <-request.Context().Done():
			w.stop("context")
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	if w.kind == "download" && !w.download(response) {
		return
	}
	w.say("ended")
	if w.kind == "work" {
		io.WriteString(response, "done")
	}
}

// What it has handed over it says once, also where a write fails.
func (w *work) download(response http.ResponseWriter) bool {
	const pieces = 25600 // 100 MB
	response.Header().Set("Content-Length", strconv.Itoa(pieces*len(piece)))
	for written := 0; written < pieces; written++ {
		if _, err := response.Write(piece); err != nil {
			w.say("wrote", written*len(piece))
			w.stop("write")
			return false
		}
	}
	w.say("wrote", pieces*len(piece))
	return true
}

func listen() (net.Listener, int) {
	host := os.Getenv("LAB_HOST")
	if host == "" {
		host = "127.0.0.1"
	}
	listener, err := net.Listen("tcp", host+":0")
	if err != nil {
		log.Fatal(err)
	}
	return listener, listener.Addr().(*net.TCPAddr).Port
}

func main() {
	plain, port := listen()
	secure, securePort := listen()
	server := &http.Server{Handler: handler(), ErrorLog: log.New(io.Discard, "", 0)}
	tls := os.Getenv("LAB_TLS")
	go func() { log.Fatal(server.Serve(plain)) }()
	go func() { log.Fatal(server.ServeTLS(secure, tls+"/certificate.pem", tls+"/key.pem")) }()
	host := strings.Split(plain.Addr().String(), ":")[0]
	fmt.Println("version", library, runtime.Version())
	fmt.Printf("listening h1 http://%s:%d\n", host, port)
	fmt.Printf("listening h2 https://%s:%d\n", host, securePort)
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin) // ends with the one who started it
}
