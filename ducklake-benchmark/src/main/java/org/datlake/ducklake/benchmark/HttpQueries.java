package org.datlake.ducklake.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;

/**
 * Small queries over HTTP against the same through the client in this JVM: how many a second, and how much later an answer
 * comes; then the former beside 500 connections that send next to nothing, and liveness beside heavy queries.
 */
final class HttpQueries {

    private static final int ROWS = 200_000;
    private static final int CALLERS = 4;
    private static final Duration ROUND = Duration.ofSeconds(2);
    private static final int ROUNDS = 7;

    /** A server serves for days; until its code and that of the client here are compiled, a call costs a quarter more. */
    private static final Duration WARM_UP = Duration.ofSeconds(45);

    private static final int SLOW_CLIENTS = 500;
    private static final int PROBES = 400;
    private static final String POINT = "SELECT note FROM t WHERE id = ?";
    private static final String IN_MEMORY = "SELECT 'note ' || range AS note FROM range(1000) WHERE range = ?";
    private static final String HEAVY =
            "{\"sql\": \"SELECT sum(a.id * b.id) AS note FROM t a JOIN t b ON a.id % 100 = b.id % 100\"}";

    private HttpQueries() {}

    static List<String> run(Path scratch) throws Exception {
        String create = "CREATE TABLE t AS SELECT range AS id, range * 1.5 AS v, 'note ' || range AS note FROM range("
                + ROWS + ")";
        List<String> lines = new ArrayList<>();
        try (DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.embedded(scratch.resolve("in-process")));
                ServedLake served = ServedLake.start(scratch.resolve("served"), create)) {
            lake.execute(create);
            Callers.rate(CALLERS, WARM_UP, new Latencies(), overHttp(served, POINT, ROWS));
            lines.addAll(compare("point query on the lake", POINT, ROWS, lake, served));
            lines.addAll(compare("query in memory", IN_MEMORY, 1000, lake, served));
            lines.add(besideSlowClients(served).line());
            lines.add(besideHeavyQueries(served).line());
        }
        return lines;
    }

    private static List<String> compare(String name, String sql, int ids, DuckLakeClient lake, ServedLake served)
            throws Exception {
        Callers.CallSource http = overHttp(served, sql, ids);
        Callers.CallSource client = inProcess(lake, sql, ids);
        Figure rate = new Duel(
                        name + ", " + CALLERS + " callers, HTTP / client",
                        () -> Callers.rate(CALLERS, ROUND, new Latencies(), http),
                        () -> Callers.rate(CALLERS, ROUND, new Latencies(), client))
                .run(2, ROUNDS)
                .against(Goal.atLeast(0.8), "per s");
        Latencies ours = new Latencies();
        Latencies theirs = new Latencies();
        for (int i = 0; i < ROUNDS; i++) {
            Callers.rate(1, ROUND, ours, http);
            Callers.rate(1, ROUND, theirs, client);
        }
        double added = ours.millis(0.5) - theirs.millis(0.5);
        Figure latency = new Figure(
                name + ", one caller, HTTP / client",
                "ms",
                number(ours.millis(0.5)),
                number(theirs.millis(0.5)),
                "+ " + number(added),
                "<= + 1",
                added <= 1);
        return List.of(rate.line(), latency.line());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static Callers.CallSource overHttp(ServedLake served, String sql, int ids) {
        AtomicLong calls = new AtomicLong();
        return () -> () -> {
            long id = calls.incrementAndGet() * 997 % ids;
            String answer = served.query("{\"sql\": \"" + sql + "\", \"parameters\": [" + id + "]}");
            check(answer.equals("{\"note\":\"note " + id + "\"}\n"), answer);
        };
    }

    private static Callers.CallSource inProcess(DuckLakeClient lake, String sql, int ids) {
        AtomicLong calls = new AtomicLong();
        return () -> () -> {
            long id = calls.incrementAndGet() * 997 % ids;
            String answer = lake.query(sql, id).as(String.class).one();
            check(answer.equals("note " + id), answer);
        };
    }

    private static void check(boolean holds, String answer) {
        if (!holds) {
            throw new IllegalStateException("a wrong answer: " + answer);
        }
    }

    private static Figure besideSlowClients(ServedLake served) throws Exception {
        Callers.CallSource calls = overHttp(served, IN_MEMORY, 1000);
        return new Duel(
                        "the same beside " + SLOW_CLIENTS + " slow clients / without",
                        () -> {
                            List<Socket> slow = slowClients(served.port());
                            try {
                                return Callers.rate(CALLERS, ROUND, new Latencies(), calls);
                            } finally {
                                for (Socket socket : slow) {
                                    socket.close();
                                }
                            }
                        },
                        () -> Callers.rate(CALLERS, ROUND, new Latencies(), calls))
                .run(1, ROUNDS)
                .against(Goal.atLeast(0.9), "per s");
    }

    /** Half of them within their headers, half within their bodies. */
    private static List<Socket> slowClients(int port) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < SLOW_CLIENTS; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            String head = "POST /api/v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
            String sent = i % 2 == 0 ? head : head + "Content-Length: 1000\r\n\r\n{";
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
            sockets.add(socket);
        }
        return sockets;
    }

    private static Figure besideHeavyQueries(ServedLake served) throws Exception {
        List<Thread> heavy = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread thread = new Thread(() -> {
                try {
                    served.query(HEAVY);
                } catch (IOException | InterruptedException | IllegalStateException e) {
                    System.err.println("a heavy query ended: " + e.getMessage());
                }
            });
            thread.start();
            heavy.add(thread);
        }
        Latencies latencies = new Latencies();
        for (int i = 0; i < PROBES && heavy.get(0).isAlive() && heavy.get(1).isAlive(); i++) {
            long started = System.nanoTime();
            check(served.get("/health/live") == 200, "liveness");
            latencies.add(System.nanoTime() - started);
        }
        boolean enough = latencies.count() == PROBES;
        for (Thread thread : heavy) {
            thread.join();
        }
        double slowest = latencies.millis(0.99);
        return new Figure(
                "/health/live beside two heavy queries, 99th percentile",
                "ms",
                number(slowest),
                "-",
                enough ? "" : "only " + latencies.count() + " probes",
                "<= 50",
                enough && slowest <= 50);
    }
}
