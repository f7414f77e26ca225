package org.datlake.ducklake.launcher.bridge;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.datlake.ducklake.CheckOptions;
import org.datlake.ducklake.launcher.cli.FileLoad;
import org.datlake.ducklake.launcher.cli.LakeVerification;
import org.datlake.ducklake.launcher.cli.OutputFormat;
import org.datlake.ducklake.launcher.cli.ReportFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a server is asked to do.
 *
 * @param timeout how long it may take
 * @param format how a statement's result is written
 * @param statement the statement to run, or null
 * @param load the files to load, or null
 * @param verification how the lake is to be checked, or null
 */
record BridgeCall(
        Duration timeout,
        OutputFormat format,
        @Nullable String statement,
        @Nullable FileLoad load,
        @Nullable LakeVerification verification) {

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

    static void writeVerification(DataOutputStream out, LakeVerification verification) throws IOException {
        CheckOptions options = verification.options();
        Frames.write(
                out,
                Frames.VERIFY,
                String.join(
                        " ",
                        verification.format().name(),
                        Boolean.toString(options.deep()),
                        Boolean.toString(options.restore()),
                        options.orphanAge().toString(),
                        options.timeout().toString()));
        out.flush();
    }

    private static LakeVerification verification(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 5) {
            throw new IllegalArgumentException(words.length + " words");
        }
        try {
            return new LakeVerification(
                    new CheckOptions(
                            Boolean.parseBoolean(words[1]),
                            Boolean.parseBoolean(words[2]),
                            Duration.parse(words[3]),
                            Duration.parse(words[4])),
                    ReportFormat.valueOf(words[0]));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(e);
        }
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
                    return new BridgeCall(timeout, format, frame.text(), null, null);
                }
                case Frames.TABLE -> {
                    return new BridgeCall(timeout, format, null, new FileLoad(files, frame.text(), timeout), null);
                }
                case Frames.VERIFY -> {
                    return new BridgeCall(timeout, format, null, null, verification(frame.text()));
                }
                default -> throw new IllegalArgumentException("a frame of kind " + (int) frame.kind());
            }
        }
    }
}
