package drills

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"time"
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
	authority, err := certificate(nil, func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign })
	if err != nil {
		return nil, err
	}
	trusted.AddCert(authority.Leaf)
	all := map[string]tls.Certificate{}
	for name, made := range map[string]struct {
		by     *tls.Certificate
		change func(*x509.Certificate)
	}{
		expiredCert: {&authority, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }},
		otherCert:   {&authority, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"other.example.test"} }},
		unknownCert: {nil, func(*x509.Certificate) {}},
	} {
		if all[name], err = certificate(made.by, made.change); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// certificate makes one for loopback, signed by another or by itself.
func certificate(by *tls.Certificate, change func(*x509.Certificate)) (made tls.Certificate, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return made, err
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "drill"},
		NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(1, 0, 0), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	change(c)
	parent, signer := c, key
	if by != nil {
		parent, signer = by.Leaf, by.PrivateKey.(*ecdsa.PrivateKey)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer)
	if err != nil {
		return made, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}
