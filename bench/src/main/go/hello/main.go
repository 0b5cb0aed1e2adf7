// Go's net/http for the bench's "compare": the smallest handler there is, and one that waits until
// its client leaves. Speaks the same lines as PeerProcess. Needs nothing but the standard library.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"
)

const clockMonotonic = 1

var waiting, lastStopped int64

// monotonicNanos reads the clock that Java's System.nanoTime reads.
func monotonicNanos() int64 {
	var time syscall.Timespec
	syscall.RawSyscall(
		syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&time)), 0)
	return time.Nano()
}

func handle(response http.ResponseWriter, request *http.Request) {
	if request.URL.Path == "/wait" {
		atomic.AddInt64(&waiting, 1)
		<-request.Context().Done()
		atomic.StoreInt64(&lastStopped, monotonicNanos())
		atomic.AddInt64(&waiting, -1)
		return
	}
	response.Header().Set("Content-Type", "text/plain")
	io.WriteString(response, "Hello, World!")
}

// used is what the collector leaves, and the stacks, which Java's virtual threads have on the heap.
func used() uint64 {
	runtime.GC()
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc + memory.StackInuse
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(handle)}
	go func() { log.Fatal(server.Serve(listener)) }()
	fmt.Println("port", listener.Addr().(*net.TCPAddr).Port)
	questions := bufio.NewScanner(os.Stdin) // ends with the one who started it
	for questions.Scan() {
		switch questions.Text() {
		case "waiting":
			fmt.Println("waiting", atomic.LoadInt64(&waiting), atomic.LoadInt64(&lastStopped))
		case "heap":
			fmt.Println("heap", used())
		}
	}
}
