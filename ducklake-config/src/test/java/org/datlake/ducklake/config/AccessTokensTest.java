package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.datlake.ducklake.config.Configurations.file;
import static org.datlake.ducklake.config.Configurations.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bearer tokens: several at once, from a value or from a file that is rotated. */
class AccessTokensTest {

    @TempDir
    Path directory;

    private AccessTokens readers(String name, String value) {
        return load(directory, Map.of(name, value)).readerTokens();
    }

    @ParameterizedTest
    @ValueSource(strings = {"old,new", " old , new ", "old\nnew", "old\r\nnew\r\n", ",old,,new,"})
    void commas_and_line_breaks_separate_tokens(String text) {
        AccessTokens tokens = readers("AUTH_READER_TOKENS", text);
        assertThat(tokens.isSet()).isTrue();
        assertThat(tokens.current()).containsExactly(Secret.of("old"), Secret.of("new"));
    }

    @Test
    void the_characters_of_bearer_tokens_are_accepted() {
        assertThat(readers("AUTH_READER_TOKENS", "aZ09-._~+/==").current()).containsExactly(Secret.of("aZ09-._~+/=="));
    }

    @Test
    void the_tokens_of_one_role_are_not_those_of_another() {
        DuckLakeConfig config = load(directory, Map.of("AUTH_WRITER_TOKENS", "w"));
        assertThat(config.readerTokens().isSet()).isFalse();
        assertThat(config.writerTokens().current()).containsExactly(Secret.of("w"));
        assertThat(config.operatorTokens().isSet()).isFalse();
    }

    @Test
    void a_rotated_file_is_picked_up() {
        Path file = file(directory.resolve("tokens"), "old\n");
        AccessTokens tokens = readers("AUTH_READER_TOKENS_FILE", "tokens");
        assertThat(tokens.current()).containsExactly(Secret.of("old"));
        file(file, "old,new\n");
        assertThat(tokens.current()).containsExactly(Secret.of("old"), Secret.of("new"));
        file(file, "new\n");
        assertThat(tokens.current()).containsExactly(Secret.of("new"));
    }

    @Test
    void a_file_that_vanishes_opens_nothing() throws IOException {
        Path file = file(directory.resolve("tokens"), "old\n");
        AccessTokens tokens = readers("AUTH_READER_TOKENS_FILE", "tokens");
        Files.delete(file);
        assertThat(tokens.isSet()).isTrue();
        assertThatThrownBy(tokens::current)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("AUTH_READER_TOKENS_FILE: the file " + file + " does not exist");
    }

    @Test
    void a_file_that_turns_bad_opens_nothing_and_is_not_shown() {
        Path file = file(directory.resolve("tokens"), "old\n");
        AccessTokens tokens = readers("AUTH_READER_TOKENS_FILE", "tokens");
        file(file, "canary canary\n");
        assertThat(tokens.isSet()).isTrue();
        assertThatThrownBy(tokens::current)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("AUTH_READER_TOKENS: token 1 of 1 holds a character")
                .hasMessageNotContaining("canary");
    }

    @Test
    void their_text_shows_no_token() {
        assertThat(readers("AUTH_READER_TOKENS", "canary")).hasToString("AUTH_READER_TOKENS[set]");
    }
}
