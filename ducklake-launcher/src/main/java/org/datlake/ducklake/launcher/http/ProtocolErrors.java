package org.datlake.ducklake.launcher.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what Jetty refuses before any route is asked: requests that are no proper HTTP, too large, or come while the
 * server stops. Jetty's own page is HTML and repeats the URI.
 */
final class ProtocolErrors extends ErrorHandler {

    private final Problems problems;

    ProtocolErrors(Problems problems) {
        this.problems = problems;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String id = RequestIds.choose(request.getHeaders().get(RequestIds.HEADER));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.MEDIA_TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put(RequestIds.HEADER, id);
        byte[] body = problems.json(status, detail(status), id);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private static String detail(int status) {
        return switch (status) {
            case 400 -> "this is not a proper HTTP request";
            case 413, 414, 431 -> "the request is larger than this server takes";
            case 503 -> "the server is stopping";
            case 505 -> "this server speaks HTTP/1.1";
            default -> status < 500 ? "the request cannot be served" : "the request failed unexpectedly";
        };
    }
}
