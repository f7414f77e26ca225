package org.datlake.ducklake.launcher.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void keys_of_pkcs8_are_read(String algorithm) throws GeneralSecurityException {
        PrivateKey key = generate(KeyPairGenerator.getInstance(algorithm));

        assertThat(Pem.privateKey(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
    }

    @Test
    void an_rsa_key_as_certificate_managers_write_it_is_read() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        Key key = generate(generator);
        // Behind 26 bytes that say "RSA": the key of PKCS#1.
        byte[] inner = Arrays.copyOfRange(key.getEncoded(), 26, key.getEncoded().length);

        assertThat(Pem.privateKey(pem("RSA PRIVATE KEY", inner))).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"secp256r1 32 06082a8648ce3d030107", "secp384r1 48 06052b81040022", "secp521r1 66 06052b81040023"
            })
    void a_key_of_an_elliptic_curve_as_openssl_writes_it_is_read(String curve) throws GeneralSecurityException {
        String[] words = curve.split(" ", -1);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(words[0]));
        ECPrivateKey key = (ECPrivateKey) generate(generator);
        byte[] identifier = HexFormat.of().parseHex(words[2]);
        byte[] number = fixed(key.getS().toByteArray(), Integer.parseInt(words[1]));
        byte[] sec1 = der(
                0x30, new byte[] {2, 1, 1}, der(0x04, number), der(0xA0, identifier), der(0xA1, new byte[] {3, 2, 0, 4
                }));

        PrivateKey read =
                Pem.privateKey("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                        + pem("EC PRIVATE KEY", sec1));

        assertThat(((ECPrivateKey) read).getS()).isEqualTo(key.getS());
        assertThat(((ECPrivateKey) read).getParams())
                .hasToString(key.getParams().toString());
    }

    @Test
    void what_is_no_key_is_refused_without_showing_it() {
        assertRefused("secret-canary", "there is no private key");
        assertRefused(pem("ENCRYPTED PRIVATE KEY", new byte[] {1, 2, 3}), "encrypted");
        assertRefused(pem("OPENSSH PRIVATE KEY", new byte[] {1, 2, 3}), "use PKCS#8");
        assertRefused(pem("DSA PRIVATE KEY", new byte[] {1, 2, 3}), "use PKCS#8");
        assertRefused(pem("PRIVATE KEY", new byte[] {1, 2, 3}), "damaged");
        assertRefused(pem("RSA PRIVATE KEY", new byte[] {1, 2, 3}), "damaged");
        assertRefused(pem("EC PRIVATE KEY", new byte[] {1, 2, 3}), "does not say its curve");
        assertRefused(pem("EC PRIVATE KEY", new byte[] {0x30, (byte) 0x84, 3, 2, 1, 0, 4, -1, 3}), "curve");
    }

    @Test
    void what_is_no_certificate_is_refused() {
        assertThatThrownBy(() -> Pem.certificates("nothing")).isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> Pem.certificates(pem("CERTIFICATE", new byte[] {1, 2, 3})))
                .isInstanceOf(CertificateException.class);
    }

    private static void assertRefused(String text, String reason) {
        assertThatThrownBy(() -> Pem.privateKey(text))
                .isInstanceOf(InvalidKeySpecException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("canary");
    }

    private static PrivateKey generate(KeyPairGenerator generator) {
        return generator.generateKeyPair().getPrivate();
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }

    private static byte[] fixed(byte[] number, int length) {
        byte[] fixed = new byte[length];
        int some = Math.min(number.length, length);
        System.arraycopy(number, number.length - some, fixed, length - some, some);
        return fixed;
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        whole.write(content.size());
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }
}
