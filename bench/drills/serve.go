package drills

import (
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// Serve answers requests on loopback as production does, and starts the engine. It gives the address, such as
// http://127.0.0.1:1234, and what ends it.
func (i *Instance) Serve() (url string, end func(), err error) {
	router, err := apis.NewRouter(i.App)
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute}
	event := new(core.ServeEvent)
	event.App, event.Router, event.Server = i.App, router, server
	err = i.OnServe().Trigger(event, func(e *core.ServeEvent) (err error) {
		server.Handler, err = e.Router.BuildMux()
		return err
	})
	if err != nil {
		return "", nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	return "http://" + l.Addr().String(), func() {
		_ = server.Close() // Serve tells the same
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			panic(err)
		}
	}, nil
}

// StaffToken gives a token of the member of staff that People made.
func (i *Instance) StaffToken() (string, error) {
	staff, err := collections.Find[collections.User](i.App, collections.Users, i.staff)
	if err != nil {
		return "", err
	}
	return staff.ProxyRecord().NewAuthToken()
}
