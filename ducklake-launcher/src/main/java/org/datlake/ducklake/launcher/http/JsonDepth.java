package org.datlake.ducklake.launcher.http;

import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Refuses JSON that is nested so deeply that reading it would end the process: the engine goes down into each level with
 * the stack of its thread, which some 100,000 levels overflow.
 */
final class JsonDepth {

    /** As many as Jackson takes. */
    static final int DEEPEST = 500;

    private JsonDepth() {}

    /**
     * Looks at one or more documents.
     *
     * @param lines whether each line is a document
     * @throws HttpResponseException with status 422 if one is nested too deeply
     */
    static void check(InputStream json, boolean lines) throws IOException {
        byte[] buffer = new byte[1 << 16];
        int depth = 0;
        boolean text = false;
        boolean escaped = false;
        for (int n = json.read(buffer); n >= 0; n = json.read(buffer)) {
            for (int i = 0; i < n; i++) {
                byte b = buffer[i];
                if (b == '\n') {
                    // No text goes on behind the end of a line; where one seems to, the engine may look at both.
                    text = false;
                    escaped = false;
                    depth = lines ? 0 : depth;
                } else if (text) {
                    text = escaped || b != '"';
                    escaped = !escaped && b == '\\';
                } else if (b == '"') {
                    text = true;
                } else if (b == '[' || b == '{') {
                    if (++depth > DEEPEST) {
                        throw new HttpResponseException(
                                422, "the rows are nested more than " + DEEPEST + " levels deep: nothing was written");
                    }
                } else if ((b == ']' || b == '}') && depth > 0) {
                    depth--;
                }
            }
        }
    }
}
