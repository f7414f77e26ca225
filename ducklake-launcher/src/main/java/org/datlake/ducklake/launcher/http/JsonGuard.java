package org.datlake.ducklake.launcher.http;

import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.datlake.ducklake.LoadException;

/**
 * Looks at JSON before the engine does, and refuses what the engine takes and should not. JSON that is nested very deeply
 * would end the process: the engine goes down into each level with the stack of its thread, which some 100,000 levels
 * overflow. A row that is no object, such as {@code null}, would be written as a row of nothing but NULLs. Whatever else is
 * wrong with the JSON is left to the engine. Used once, by one thread.
 */
final class JsonGuard {

    /** As many as Jackson takes. */
    static final int DEEPEST = 500;

    /** What the engine passes over at the beginning of a file. */
    private static final int[] BYTE_ORDER_MARK = {0xEF, 0xBB, 0xBF};

    private final boolean lines;
    private long position;
    private long line = 1;
    private long row;
    private int depth;
    private boolean array;
    private boolean text;
    private boolean escaped;

    private JsonGuard(boolean lines) {
        this.lines = lines;
    }

    /**
     * Looks at rows.
     *
     * @param lines whether each line is a row; else they are the elements of an array, or stand one behind another
     * @throws HttpResponseException with status 422 if one is nested too deeply
     * @throws LoadException if one is no object
     */
    static void check(InputStream json, boolean lines) throws IOException {
        JsonGuard guard = new JsonGuard(lines);
        byte[] buffer = new byte[1 << 16];
        for (int n = json.read(buffer); n >= 0; n = json.read(buffer)) {
            for (int i = 0; i < n; i++) {
                guard.look(buffer[i]);
            }
        }
    }

    private void look(byte b) {
        boolean mark = position < BYTE_ORDER_MARK.length && (b & 0xFF) == BYTE_ORDER_MARK[(int) position];
        position++;
        if (b == '\n') {
            // No text goes on behind the end of a line; where one seems to, the engine may look at both.
            text = false;
            escaped = false;
            depth = lines ? 0 : depth;
            line++;
        } else if (text) {
            text = escaped || b != '"';
            escaped = !escaped && b == '\\';
        } else if (depth > (array ? 1 : 0)) {
            within(b);
        } else if (!mark) {
            between(b);
        }
    }

    /** Inside of a row. */
    private void within(byte b) {
        if (b == '"') {
            text = true;
        } else if (b == '[' || b == '{') {
            enter();
        } else if (b == ']' || b == '}') {
            depth--;
        }
    }

    /** Where a row may begin. */
    private void between(byte b) {
        if (b == '{') {
            row++;
            enter();
        } else if (b == '[' && !lines && row == 0 && depth == 0) {
            array = true;
            depth = 1;
        } else if (b == ']' && array) {
            depth = 0;
        } else if (!isBlank(b) && !(b == ',' && array)) {
            throw noObject();
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    private void enter() {
        if (++depth > DEEPEST) {
            throw new HttpResponseException(
                    422, "the rows are nested more than " + DEEPEST + " levels deep: nothing was written");
        }
    }

    private LoadException noObject() {
        LoadException.Place place = new LoadException.Place(
                Optional.empty(),
                lines ? OptionalLong.of(line) : OptionalLong.empty(),
                lines ? OptionalLong.empty() : OptionalLong.of(row + 1),
                Optional.empty());
        return new LoadException(place, "this is no JSON object", "22000", null);
    }
}
