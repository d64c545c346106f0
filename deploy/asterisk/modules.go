package asterisk

// requiredModules are the modules we load, in an order in which each finds the symbols it needs; nothing else is
// loaded. Each is there from Asterisk 20 on.
var requiredModules = []string{
	"res_timing_timerfd",
	"res_sorcery_config", "res_sorcery_memory", "res_sorcery_memory_cache", "res_sorcery_astdb",
	"bridge_simple", "bridge_native_rtp", "bridge_softmix", "bridge_holding",
	"codec_ulaw", "codec_alaw", "codec_a_mu", "codec_resample",
	"format_pcm", "format_wav", "res_musiconhold",
	"pbx_config", "func_channel", "func_callerid", "func_logic", "func_groupcount", "func_timeout",
	"app_mixmonitor", "app_milliwatt",
	"res_http_websocket",
	"res_stasis", "res_stasis_answer", "res_stasis_recording", "res_stasis_playback", "res_stasis_snoop", "app_stasis",
	"res_ari_model", "res_ari", "res_ari_applications", "res_ari_asterisk", "res_ari_bridges", "res_ari_channels",
	"res_ari_endpoints", "res_ari_events", "res_ari_playbacks", "res_ari_recordings",
	"res_pjproject", "res_statsd", "res_geolocation", "res_pjsip_pubsub",
	"res_pjsip", "res_pjsip_session", "res_pjsip_sdp_rtp", "res_rtp_asterisk",
	"res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user", "res_pjsip_registrar",
	"res_pjsip_outbound_authenticator_digest", "res_pjsip_outbound_registration", "res_pjsip_notify", "res_pjsip_nat", "res_pjsip_caller_id", "res_pjsip_dlg_options",
	"res_pjsip_header_funcs", "res_pjsip_rfc3326", "res_pjsip_authenticator_digest", "chan_pjsip",
}

// optionalModules are loaded first where they exist: other modules need them in the versions that have them.
var optionalModules = []string{"res_websocket_client", "chan_bridge_media"}
