package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
)

// paddedTo is the block that PKCS #7 (RFC 5652, 6.3) pads to here, twice that of AES.
const paddedTo = 32

// aesKey decodes an EncodingAESKey: base64 without its final "=", 32 bytes.
func aesKey(encoded string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(encoded + "=")
	if err != nil || len(encoded) != 43 || len(key) != 32 {
		return nil, ErrKey
	}
	return key, nil
}

// decrypt opens base64 of AES-256-CBC, IV = key[:16], of 16 random bytes, the length of the text in 4 bytes, the text and
// the account's id. Whatever is wrong with it, it is ErrMalformed.
func decrypt(key []byte, sealed string) (text, appID []byte, err error) {
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(b) == 0 || len(b)%paddedTo != 0 {
		return nil, nil, ErrMalformed
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, ErrKey
	}
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(b, b)
	b, ok := unpad(b)
	if !ok || len(b) < 20 {
		return nil, nil, ErrMalformed
	}
	n := binary.BigEndian.Uint32(b[16:20])
	if b = b[20:]; uint64(n) > uint64(len(b)) {
		return nil, nil, ErrMalformed
	}
	return b[:n], b[n:], nil
}

// unpad takes the padding off: 1 to 32 bytes that all say how many they are. b is not empty.
func unpad(b []byte) ([]byte, bool) {
	n := int(b[len(b)-1])
	if n < 1 || n > paddedTo || n > len(b) {
		return nil, false
	}
	good := 1
	for _, p := range b[len(b)-n:] {
		good &= subtle.ConstantTimeByteEq(p, byte(n))
	}
	return b[:len(b)-n], good == 1
}
