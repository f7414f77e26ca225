package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonGuardTest {

    /** Which of them it can read is the engine's to say. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {"true; {}", "false; [{}]", "false; {} {}"})
    void a_byte_order_mark_is_no_row(boolean lines, String json) {
        byte[] marked = ("\uFEFF" + json).getBytes(StandardCharsets.UTF_8);

        assertThatCode(() -> JsonGuard.check(new ByteArrayInputStream(marked), lines))
                .doesNotThrowAnyException();
    }
}
