package org.datlake.ducklake.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.Secret;
import org.jspecify.annotations.Nullable;

/** The bearer tokens of one role. Safe for use by several threads; {@link #toString()} shows no token. */
public final class AccessTokens {

    private static final Pattern SEPARATOR = Pattern.compile("[,\\r\\n]");
    private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private final String name;
    private final @Nullable Secret source;

    AccessTokens(String name, Optional<Secret> source) {
        this.name = name;
        this.source = source.orElse(null);
    }

    /**
     * Says whether tokens are configured for the role. Fixed when the configuration is loaded, so that a file of tokens
     * that disappears later opens nothing.
     */
    public boolean isSet() {
        return source != null;
    }

    /**
     * Returns the tokens that are valid now, never none when {@link #isSet()}. Tokens from a file are read each time, so
     * that a rotated one is picked up.
     *
     * @throws ConfigurationException if the file cannot be read any more or holds no usable token; admit nobody then
     */
    public List<Secret> current() {
        if (source == null) {
            return List.of();
        }
        String text = source.reveal();
        try {
            check(text);
        } catch (BadValueException e) {
            throw new ConfigurationException(name + ": " + e.reason());
        }
        return split(text).stream().map(Secret::of).toList();
    }

    @Override
    public String toString() {
        return name + "[" + (isSet() ? "set" : "unset") + "]";
    }

    /** Returns the text if it holds usable tokens. */
    static String check(String text) throws BadValueException {
        List<String> tokens = split(text);
        if (tokens.isEmpty()) {
            throw BadValueException.withoutValue("holds no token, only separators");
        }
        for (int i = 0; i < tokens.size(); i++) {
            if (!BEARER.matcher(tokens.get(i)).matches()) {
                throw BadValueException.withoutValue("token " + (i + 1) + " of " + tokens.size()
                        + " holds a character that a bearer token cannot carry: use letters, digits and - . _ ~ + /");
            }
        }
        return text;
    }

    private static List<String> split(String text) {
        return Arrays.stream(SEPARATOR.split(text))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .toList();
    }
}
