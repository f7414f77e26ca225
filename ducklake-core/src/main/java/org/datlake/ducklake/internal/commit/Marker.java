package org.datlake.ducklake.internal.commit;

import java.util.List;
import java.util.stream.Collectors;
import org.datlake.ducklake.OperationId;

/**
 * How the names of writes stand in the extra information of a snapshot: {@code datlake}, then each name, separated by
 * commas. A snapshot may hold the writes of several callers.
 */
final class Marker {

    private static final String FIRST = "datlake";

    private Marker() {}

    /**
     * Writes the names.
     *
     * @param handedOver how many of the groups were left by other processes; their trigger in the catalog reads it
     */
    static String of(List<OperationId> operations, int handedOver) {
        String end = handedOver == 0 ? "" : ",handed-over=" + handedOver;
        return operations.stream().map(OperationId::toString).collect(Collectors.joining(",", FIRST + ",", end));
    }
}
