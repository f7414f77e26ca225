package org.datlake.ducklake;

/**
 * What a client is busy with.
 *
 * @param openConnections how many connections to the engine are open, lent out or kept ready
 * @param runningCalls how many calls run in the engine
 * @param waitingCalls how many calls wait for one of {@link EngineSettings#maxConcurrentCalls()} places
 * @param quarantinedCalls how many calls hang past their deadline
 */
public record ClientStatistics(int openConnections, int runningCalls, int waitingCalls, int quarantinedCalls) {}
