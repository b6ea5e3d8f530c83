package api

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// metrics answers GET /metrics in Prometheus' text format 0.0.4, to whoever bears METRICS_TOKEN; without the variable it
// does not exist.
func (a *API) metrics(e *core.RequestEvent) error {
	token := a.Config.MetricsToken
	if token == "" {
		return e.NotFoundError("", nil)
	}
	given := strings.TrimPrefix(e.Request.Header.Get("Authorization"), "Bearer ")
	if subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1 {
		return e.UnauthorizedError("Send the metrics token as a bearer token.", nil)
	}
	states, err := a.statuses(e.App)
	if err != nil {
		return err
	}
	var out strings.Builder
	gauge := func(name, kind, help string, value func(channelStatus) float64) {
		fmt.Fprintf(&out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
		for _, s := range states {
			fmt.Fprintf(&out, "%s{channel=%q} %g\n", name, s.Name, value(s))
		}
	}
	gauge("tminus_queue_waiting", "gauge", "Messages that wait.", func(s channelStatus) float64 { return float64(s.Waiting) })
	gauge("tminus_queue_due", "gauge", "Messages whose time has come.", func(s channelStatus) float64 { return float64(s.Due) })
	gauge("tminus_queue_lag_seconds", "gauge", "Age of the oldest message whose time has come.", func(s channelStatus) float64 { return s.LagSeconds })
	gauge("tminus_sent_total", "counter", "Attempts that succeeded since the start.", func(s channelStatus) float64 { return float64(s.Sent) })
	gauge("tminus_failed_total", "counter", "Attempts that did not.", func(s channelStatus) float64 { return float64(s.Failed) })
	gauge("tminus_channel_paused", "gauge", "1 while the channel is paused.", func(s channelStatus) float64 {
		if s.State == "paused" {
			return 1
		}
		return 0
	})
	e.Response.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	return e.String(http.StatusOK, out.String())
}
