package org.datlake.ducklake.internal.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.datlake.ducklake.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactorTest {

    private final Redactor withoutSecrets = new Redactor(List.of());

    @Test
    void known_secrets_are_hidden_wherever_they_stand() {
        Redactor redactor = new Redactor(List.of(Secret.of("canary-1"), Secret.of("it's")));

        assertThat(redactor.redact("a canary-1 b canary-1")).isEqualTo("a *** b ***");
        assertThat(redactor.redact("as typed: it's, as SQL: 'it''s'")).isEqualTo("as typed: ***, as SQL: '***'");
    }

    @Test
    void an_empty_secret_hides_nothing() {
        assertThat(new Redactor(List.of(Secret.of(""))).redact("all of this")).isEqualTo("all of this");
    }

    @Test
    void a_rotated_secret_is_hidden_too() {
        AtomicReference<String> file = new AtomicReference<>("old-canary");
        Redactor redactor = new Redactor(List.of(Secret.from(file::get)));
        file.set("new-canary");

        assertThat(redactor.redact("x new-canary y")).isEqualTo("x *** y");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            host=db password=hunter2 user=me           | host=db password=*** user=me
            host=db PASSWORD='hun ter2' user=me        | host=db PASSWORD=*** user=me
            (TYPE s3, SECRET 'hun''ter2', REGION 'x')  | (TYPE s3, SECRET ***, REGION 'x')
            KEY_ID 'AKIA' , SESSION_TOKEN 'hunter2'    | KEY_ID *** , SESSION_TOKEN ***
            ENCRYPTION_KEY 'hunter2'                   | ENCRYPTION_KEY ***
            postgresql://me:hunter2@db:5432/lake       | postgresql://***@db:5432/lake
            no such thing: a mere sentence             | no such thing: a mere sentence
            """)
    void what_looks_like_a_password_is_hidden_even_when_it_is_not_ours(String text, String clean) {
        assertThat(withoutSecrets.redact(text)).isEqualTo(clean);
    }

    @Test
    void a_long_password_overflowed_the_stack() {
        assertThat(withoutSecrets.redact("SECRET '" + "hunter2''".repeat(50_000) + "', REGION 'x'"))
                .isEqualTo("SECRET ***, REGION 'x'");
    }

    @Test
    void statements_to_the_catalog_are_hidden_because_they_hold_rows() {
        String raw =
                "Failed to execute query \"INSERT INTO \"ducklake\".ducklake_inlined_data_1_1 VALUES (1, 'rowvalue')"
                        + ";\nINSERT INTO x VALUES ('rowvalue')\": ERROR: cannot execute INSERT in a read-only transaction";

        assertThat(withoutSecrets.redact(raw)).isEqualTo("Failed to execute query (hidden: it holds values)");
    }

    @Test
    void the_words_that_end_a_transaction_are_kept_because_they_tell_what_happened() {
        String raw = "Failed to execute query \"COMMIT\": server closed the connection unexpectedly";

        assertThat(withoutSecrets.redact(raw)).isEqualTo(raw);
    }

    @Test
    void keys_of_data_files_are_hidden() {
        assertThat(withoutSecrets.redact("key AAECAwQFBgcICQoLDA0ODw== of file"))
                .isEqualTo("key *** of file");
    }
}
