package drills

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"tminus/apptest/smtpserver"
)

// The certificates that a mail server may present and a sender must not take.
const (
	expiredCert = "an expired certificate"
	otherCert   = "a certificate for another name"
	unknownCert = "a certificate of an unknown authority"
)

// badCertificates makes one of each, and adds the authority of the first two to those that are trusted, so that nothing
// but what their names say is wrong with them.
func badCertificates(trusted *x509.CertPool) (map[string]tls.Certificate, error) {
	now := time.Now()
	authority, err := smtpserver.Certificate(now, nil, func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign })
	if err != nil {
		return nil, err
	}
	trusted.AddCert(authority.Leaf)
	all := map[string]tls.Certificate{}
	for name, made := range map[string]struct {
		by     *tls.Certificate
		change func(*x509.Certificate)
	}{
		expiredCert: {&authority, func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }},
		otherCert:   {&authority, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"other.example.test"} }},
		unknownCert: {nil, func(*x509.Certificate) {}},
	} {
		if all[name], err = smtpserver.Certificate(now, made.by, made.change); err != nil {
			return nil, err
		}
	}
	return all, nil
}
