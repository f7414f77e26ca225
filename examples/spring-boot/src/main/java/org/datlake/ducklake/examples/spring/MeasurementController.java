package org.datlake.ducklake.examples.spring;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Measurements over HTTP. */
@RestController
@RequestMapping("/measurements")
class MeasurementController {

    private static final int MOST_ROWS = 10_000;

    private final Measurements measurements;

    MeasurementController(Measurements measurements) {
        this.measurements = measurements;
    }

    /** Answers when the rows are committed; no thread of the server waits meanwhile. */
    @PostMapping
    CompletableFuture<Written> write(
            @RequestHeader("Idempotency-Key") String key, @RequestBody List<Measurement> rows) {
        require(!key.isBlank(), "the Idempotency-Key must not be empty");
        require(!rows.isEmpty() && rows.size() <= MOST_ROWS, "send 1 to " + MOST_ROWS + " measurements");
        require(!rows.contains(null), "a measurement is null");
        return measurements.write(rows, key).thenApply(Written::of);
    }

    @GetMapping
    List<Measurement> read(
            @RequestParam String sensor,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(name = "at", required = false) @Nullable Long snapshotId) {
        require(limit > 0 && limit <= MOST_ROWS, "the limit must be from 1 to " + MOST_ROWS);
        return snapshotId == null ? measurements.read(sensor, limit) : measurements.readAt(snapshotId, sensor, limit);
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, otherwise);
        }
    }
}
