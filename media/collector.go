package media

import "github.com/prometheus/client_golang/prometheus"

var (
	sessionsDesc = prometheus.NewDesc("bellhop_media_sessions", "Phone sessions of browsers, connected or not.", nil, nil)
	phonesDesc   = prometheus.NewDesc("bellhop_media_phones_up", "Phone sessions whose browser is connected.", nil, nil)
	legsDesc     = prometheus.NewDesc("bellhop_media_legs", "Legs from Asterisk, by state.", []string{"state"}, nil)
)

// deskCollector counts the stations when Prometheus asks.
type deskCollector struct{ desk *desk }

// Describe implements prometheus.Collector.
func (c *deskCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- sessionsDesc
	ch <- phonesDesc
	ch <- legsDesc
}

// Collect implements prometheus.Collector.
func (c *deskCollector) Collect(ch chan<- prometheus.Metric) {
	var sessions, phones, ringing, up int
	c.desk.mu.Lock()
	for _, st := range c.desk.stations {
		if st.session != nil {
			sessions++
		}
		if st.up {
			phones++
		}
		switch {
		case st.leg != nil && st.answered:
			up++
		case st.leg != nil:
			ringing++
		}
	}
	c.desk.mu.Unlock()
	gauge := func(d *prometheus.Desc, n int, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), labels...)
	}
	gauge(sessionsDesc, sessions)
	gauge(phonesDesc, phones)
	gauge(legsDesc, ringing, "ringing")
	gauge(legsDesc, up, "up")
}
