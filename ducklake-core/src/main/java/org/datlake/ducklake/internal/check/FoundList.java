package org.datlake.ducklake.internal.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.datlake.ducklake.LakeCheck;
import org.datlake.ducklake.LakeCheck.Finding;
import org.datlake.ducklake.LakeCheck.Kind;

/** Collects findings, up to a number of each kind. Not thread-safe. */
final class FoundList {

    static final int MOST = LakeCheck.MOST_FINDINGS;

    private final List<Finding> findings = new ArrayList<>();
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    private final Set<Kind> truncated = EnumSet.noneOf(Kind.class);

    void add(Finding finding) {
        if (counts.merge(finding.kind(), 1, Integer::sum) > MOST) {
            truncated.add(finding.kind());
        } else {
            findings.add(finding);
        }
    }

    /** Says whether looking for more of a kind is in vain. */
    boolean isFull(Kind kind) {
        return truncated.contains(kind);
    }

    Set<Kind> truncated() {
        return truncated;
    }

    List<Finding> sorted() {
        findings.sort(Comparator.comparing(Finding::kind)
                .thenComparing(finding -> finding.table().orElse(""))
                .thenComparing(Finding::path));
        return findings;
    }
}
