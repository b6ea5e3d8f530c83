package commands

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"time"
)

// startProfiler serves Go's profiles (net/http/pprof) at an address of this machine's loopback, host:port, until stop is
// called. Nobody signs in there, and a profile shows what is in memory, so that any other address is an error.
func startProfiler(address string) (at net.Addr, stop func(), err error) {
	if err := onLoopback(address); err != nil {
		return nil, nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, nil, fmt.Errorf("serve profiles: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	// No limit for an answer: a profile takes as long as it is asked to.
	server := &http.Server{Handler: onlyLoopbackNames(mux), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // it ends with stop
	return listener.Addr(), func() { _ = server.Close() }, nil
}

// onLoopback says what is wrong with an address for profiles.
func onLoopback(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--pprof %q is no address with a port, such as 127.0.0.1:6060", address)
	}
	if loopbackName(host) {
		return nil
	}
	return fmt.Errorf("--pprof %s would show this server's memory to others, so only 127.0.0.1, [::1] and localhost are allowed. "+
		"From another machine use a tunnel: start with --pprof 127.0.0.1:%s, run ssh -L %s:127.0.0.1:%s THIS-SERVER there, and open http://127.0.0.1:%s/debug/pprof/",
		address, port, port, port, port)
}

func loopbackName(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.IsLoopback())
}

// onlyLoopbackNames refuses requests by any other name: a page in a browser of this machine could reach the profiles by a
// name of its own that leads here (DNS rebinding).
func onlyLoopbackNames(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(r.Host); err == nil {
			host = name
		}
		if !loopbackName(host) {
			http.Error(w, "Profiles are shown at a loopback address only.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
