package org.datlake.ducklake.launcher.cli;

import java.io.PrintStream;
import java.util.function.Consumer;
import org.datlake.ducklake.LoadProgress;

/** Shows how far a load has come on a terminal; silent elsewhere. Not thread-safe. */
final class ProgressBar implements Consumer<LoadProgress> {

    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean shown;
    private final long totalBytes;
    private final long started = System.nanoTime();
    private boolean ended;

    private ProgressBar(PrintStream out, boolean shown, long totalBytes) {
        this.out = out;
        this.shown = shown;
        this.totalBytes = totalBytes;
    }

    static ProgressBar on(PrintStream out, boolean shown, long totalBytes) {
        ProgressBar bar = new ProgressBar(out, shown, totalBytes);
        bar.draw(0, 0);
        return bar;
    }

    @Override
    public void accept(LoadProgress progress) {
        draw(progress.bytes(), progress.rows());
    }

    private void draw(long bytes, long rows) {
        if (shown) {
            out.print("\r" + line(bytes, rows) + "\u001b[K");
            out.flush();
        }
    }

    private String line(long bytes, long rows) {
        double part = totalBytes == 0 ? 1 : (double) bytes / totalBytes;
        int filled = (int) Math.round(part * WIDTH);
        long seconds = (System.nanoTime() - started) / 1_000_000_000;
        return "[" + "=".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + String.format("%3.0f", part * 100)
                + " %  " + seconds + " s  " + rows + " rows";
    }

    /** Leaves the bar as it is and goes to the next line. */
    void end() {
        if (shown && !ended) {
            out.println();
        }
        ended = true;
    }
}
