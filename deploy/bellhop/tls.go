package main

import (
	"crypto/tls"
	"log/slog"
	"net/http"

	"bellhop/deploy/certificate"
	"bellhop/deploy/config"
)

// tls is how the screens are served, and who answers an ACME server: nil for plain HTTP.
func (s *server) tls() (*tls.Config, func(http.Handler) http.Handler, error) {
	if len(s.settings.ACMEDomains) > 0 {
		acme := certificate.NewACME(certificate.ACMEOptions{
			Domains: s.settings.ACMEDomains, Directory: string(s.settings.ACMEDirectory), Folder: s.settings.ACMEDir(),
		})
		return certificate.Config(acme.Get(), append([]string{"h2", "http/1.1"}, acme.Protocols()...)...), acme.Challenges, nil
	}
	files, err := certificateFiles(s.settings.TLS, s.settings.Common, s.log)
	if err != nil || files == nil {
		return nil, nil, err
	}
	return certificate.Config(files.Get, "h2", "http/1.1"), nil, nil
}

// certificateFiles are the files that our servers take their certificate from, nil if there are none. Of an ACME server's
// they are those that bellhop serve keeps, perhaps later.
func certificateFiles(settings config.TLS, common config.Common, log *slog.Logger) (*certificate.Files, error) {
	switch {
	case len(settings.ACMEDomains) > 0:
		kept := certificate.Kept(common.ACMEDir(), settings.ACMEDomains[0])
		return certificate.Open(certificate.Options{Cert: kept, Key: kept, Later: true, Log: log})
	case settings.TLSCert != "":
		return certificate.Open(certificate.Options{Cert: settings.TLSCert, Key: settings.TLSKey, Log: log})
	}
	return nil, nil
}
