package org.datlake.ducklake.launcher.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys in PEM form (RFC 7468), which the JDK does not do by itself before version 26. */
final class Pem {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]++)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;

    /** In the key of an elliptic curve: which curve it is. */
    private static final int PARAMETERS = 0xA0;

    private Pem() {}

    /**
     * Returns the certificates of a text, the server's own first.
     *
     * @throws CertificateException if there is none, or it is none of X.509
     */
    static List<X509Certificate> certificates(String text) throws CertificateException {
        List<X509Certificate> found = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
        if (found.isEmpty()) {
            throw new CertificateException("there is no certificate in it");
        }
        return found;
    }

    /**
     * Returns the private key of a text: PKCS#8, or what OpenSSL wrote before that (PKCS#1 for RSA, SEC 1 for elliptic
     * curves), which certificate managers still do.
     *
     * @throws InvalidKeySpecException saying what is wrong, never showing the key
     */
    static PrivateKey privateKey(String text) throws GeneralSecurityException {
        Matcher key = KEY.matcher(text);
        if (!key.find()) {
            throw new InvalidKeySpecException("there is no private key in it");
        }
        byte[] content = decode(key.group(2));
        return switch (key.group(1)) {
            case "PRIVATE KEY" -> ofPkcs8(content);
            case "RSA PRIVATE KEY" -> ofPkcs8(der(SEQUENCE, VERSION_0, RSA, der(OCTET_STRING, content)));
            case "EC PRIVATE KEY" ->
                ofPkcs8(der(
                        SEQUENCE,
                        VERSION_0,
                        der(SEQUENCE, EC_PUBLIC_KEY, curveOf(content)),
                        der(OCTET_STRING, content)));
            case "ENCRYPTED PRIVATE KEY" ->
                throw new InvalidKeySpecException("the key is encrypted: give it decrypted");
            default -> throw new InvalidKeySpecException("a " + key.group(1) + " is not taken: use PKCS#8");
        };
    }

    private static byte[] decode(String base64) throws InvalidKeySpecException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("the key is not Base64");
        }
    }

    private static PrivateKey ofPkcs8(byte[] content) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
            } catch (InvalidKeySpecException e) {
                // One of the others.
            }
        }
        throw new InvalidKeySpecException("the key is neither RSA nor of an elliptic curve, or it is damaged");
    }

    /** Returns the curve's object identifier: the version and the secret number stand before it, each with its length. */
    private static byte[] curveOf(byte[] key) throws InvalidKeySpecException {
        try {
            int at = key[1] < 0 ? 2 + (key[1] & 0x7F) : 2;
            while ((key[at] & 0xFF) != PARAMETERS) {
                at += 2 + key[at + 1];
            }
            byte[] curve = new byte[key[at + 1]];
            System.arraycopy(key, at + 2, curve, 0, curve.length);
            return curve;
        } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new InvalidKeySpecException("the key does not say its curve: use PKCS#8");
        }
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        int length = content.size();
        if (length > 0xFF) {
            whole.write(0x82);
            whole.write(length >> 8);
        } else if (length > 0x7F) {
            whole.write(0x81);
        }
        whole.write(length);
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }
}
