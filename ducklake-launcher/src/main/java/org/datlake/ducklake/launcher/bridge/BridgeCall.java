package org.datlake.ducklake.launcher.bridge;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.datlake.ducklake.launcher.cli.FileLoad;
import org.datlake.ducklake.launcher.cli.OutputFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a server is asked to do.
 *
 * @param timeout how long it may take
 * @param format how a statement's result is written
 * @param statement the statement, or null when files are to be loaded
 * @param load the files to load, or null when a statement is to be run
 */
record BridgeCall(
        Duration timeout,
        OutputFormat format,
        @Nullable String statement,
        @Nullable FileLoad load) {

    static void writeStatement(DataOutputStream out, String sql, OutputFormat format, Duration timeout)
            throws IOException {
        Frames.write(out, Frames.TIMEOUT, Long.toString(timeout.toMillis()));
        Frames.write(out, Frames.FORMAT, format.name());
        Frames.write(out, Frames.STATEMENT, sql);
        out.flush();
    }

    static void writeLoad(DataOutputStream out, FileLoad load) throws IOException {
        Frames.write(out, Frames.TIMEOUT, Long.toString(load.timeout().toMillis()));
        for (Path file : load.files()) {
            Frames.write(out, Frames.PATH, file.toString());
        }
        Frames.write(out, Frames.TABLE, load.table());
        out.flush();
    }

    /**
     * Reads a call to its end.
     *
     * @throws IOException if the caller goes away before its end
     * @throws IllegalArgumentException if it is none of ours
     */
    static BridgeCall read(DataInputStream in) throws IOException {
        Duration timeout = Duration.ZERO;
        OutputFormat format = OutputFormat.CSV;
        List<Path> files = new ArrayList<>();
        while (true) {
            Frames.Frame frame = Frames.read(in);
            switch (frame.kind()) {
                case Frames.TIMEOUT -> timeout = Duration.ofMillis(Long.parseLong(frame.text()));
                case Frames.FORMAT -> format = OutputFormat.valueOf(frame.text());
                case Frames.PATH -> files.add(Path.of(frame.text()));
                case Frames.STATEMENT -> {
                    return new BridgeCall(timeout, format, frame.text(), null);
                }
                case Frames.TABLE -> {
                    return new BridgeCall(timeout, format, null, new FileLoad(files, frame.text(), timeout));
                }
                default -> throw new IllegalArgumentException("a frame of kind " + (int) frame.kind());
            }
        }
    }
}
