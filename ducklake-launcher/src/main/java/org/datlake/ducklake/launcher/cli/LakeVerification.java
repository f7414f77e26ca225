package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.datlake.ducklake.CheckOptions;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.LakeCheck;
import org.datlake.ducklake.LakeCheck.Finding;
import org.datlake.ducklake.LakeCheck.Kind;

/**
 * Checks a lake and writes what was found.
 *
 * @param options how it is checked
 * @param format how it is written
 */
public record LakeVerification(CheckOptions options, ReportFormat format) {

    /**
     * Checks.
     *
     * @return whether nothing serious was found
     * @throws org.datlake.ducklake.DuckLakeException if it cannot be checked
     * @throws IOException if the output cannot be written
     */
    public boolean run(DuckLakeClient lake, TextSink output) throws IOException {
        LakeCheck check = lake.check(options);
        output.write(format == ReportFormat.JSON ? json(check) : text(check));
        return check.isSound();
    }

    private static String text(LakeCheck check) {
        StringBuilder text = new StringBuilder();
        text.append("snapshot ")
                .append(check.snapshotId())
                .append(": ")
                .append(counted(check.tables(), "table"))
                .append(", ")
                .append(counted(check.dataFiles(), "data file"))
                .append(" with ")
                .append(counted(check.rows(), "row"))
                .append(", ")
                .append(counted(check.deleteFiles(), "delete file"))
                .append(", ")
                .append(counted(check.bytes(), "byte"))
                .append(check.deep() ? ", footers read\n" : "\n");
        if (check.unreachableFiles() > 0) {
            text.append(counted(check.unreachableFiles(), "file"))
                    .append(" could not be looked at: outside of the lake's storage\n");
        }
        check.keepsVersions()
                .filter(keeps -> !keeps)
                .ifPresent(none -> text.append(
                        "the bucket keeps no versions of its objects: what is deleted there cannot be brought back\n"));
        for (Finding finding : check.findings()) {
            text.append('\n')
                    .append(finding.severity())
                    .append("  ")
                    .append(finding.kind())
                    .append(finding.table().map(table -> "  " + table).orElse(""))
                    .append("\n  ")
                    .append(line(finding.path()))
                    .append("\n  ")
                    .append(line(finding.message()))
                    .append('\n');
        }
        for (Kind kind : check.truncated()) {
            text.append("\nmore than ")
                    .append(LakeCheck.MOST_FINDINGS)
                    .append(" findings of the kind ")
                    .append(kind)
                    .append(": the others are not listed\n");
        }
        text.append(check.findings().isEmpty() ? "nothing found\n" : "\n" + summary(check.findings()));
        return text.toString();
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String line(String text) {
        return text.replace('\n', ' ').replace('\r', ' ');
    }

    private static String summary(List<Finding> findings) {
        Map<LakeCheck.Severity, Long> counts = new LinkedHashMap<>();
        for (LakeCheck.Severity severity : LakeCheck.Severity.values()) {
            long count = findings.stream()
                    .filter(finding -> finding.severity() == severity)
                    .count();
            counts.put(severity, count);
        }
        StringBuilder text = new StringBuilder("found:");
        counts.forEach((severity, count) -> text.append(text.charAt(text.length() - 1) == ':' ? " " : ", ")
                .append(count)
                .append(' ')
                .append(severity.name().toLowerCase(Locale.ROOT)));
        return text.append('\n').toString();
    }

    private static String json(LakeCheck check) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("sound", check.isSound());
        report.put("snapshot", check.snapshotId());
        report.put("deep", check.deep());
        report.put("tables", check.tables());
        report.put("data_files", check.dataFiles());
        report.put("delete_files", check.deleteFiles());
        report.put("bytes", check.bytes());
        report.put("rows", check.rows());
        report.put("unreachable_files", check.unreachableFiles());
        check.keepsVersions().ifPresent(keeps -> report.put("keeps_versions", keeps));
        report.put(
                "findings",
                check.findings().stream().map(LakeVerification::fields).toList());
        report.put("truncated", List.copyOf(check.truncated()));
        return JsonText.of(report) + "\n";
    }

    private static Map<String, Object> fields(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", finding.kind());
        fields.put("severity", finding.severity());
        finding.table().ifPresent(table -> fields.put("table", table));
        fields.put("path", finding.path());
        fields.put("message", finding.message());
        fields.put("restoration", finding.restoration());
        return fields;
    }
}
