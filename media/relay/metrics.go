package relay

import "github.com/prometheus/client_golang/prometheus"

// Metrics counts packets. All lines of a process share one.
type Metrics struct {
	toBrowser prometheus.Counter
	toSwitch  prometheus.Counter
	silence   prometheus.Counter

	foreign   prometheus.Counter
	malformed prometheus.Counter
	format    prometheus.Counter
	rate      prometheus.Counter
	late      prometheus.Counter
	failed    prometheus.Counter
}

// NewMetrics registers the counters with r, which may be nil.
func NewMetrics(r prometheus.Registerer) *Metrics {
	packets := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bellhop_media_rtp_packets_total",
		Help: "RTP packets forwarded, by where they went.",
	}, []string{"to"})
	silence := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "bellhop_media_silence_packets_total",
		Help: "RTP packets of silence sent to the switch because the browser sent nothing.",
	})
	dropped := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bellhop_media_rtp_dropped_total",
		Help: "RTP packets not forwarded, by reason.",
	}, []string{"reason"})
	if r != nil {
		r.MustRegister(packets, silence, dropped)
	}
	return &Metrics{
		toBrowser: packets.WithLabelValues("browser"),
		toSwitch:  packets.WithLabelValues("switch"),
		silence:   silence,
		foreign:   dropped.WithLabelValues("foreign_source"),
		malformed: dropped.WithLabelValues("malformed"),
		format:    dropped.WithLabelValues("payload_type"),
		rate:      dropped.WithLabelValues("rate"),
		late:      dropped.WithLabelValues("late"),
		failed:    dropped.WithLabelValues("send_failed"),
	}
}
