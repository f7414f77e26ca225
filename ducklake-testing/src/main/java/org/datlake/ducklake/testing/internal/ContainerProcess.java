package org.datlake.ducklake.testing.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** A server in a container. */
public final class ContainerProcess implements ServerProcess {

    private static final int STOP_SECONDS = 30;

    private final GenericContainer<?> container;

    /**
     * Describes the container; nothing happens yet.
     *
     * @param image an image that the engine has
     * @param innerPort where the server listens inside
     * @param outerPort where it is to be reached on the engine's host
     */
    public ContainerProcess(
            String image, int innerPort, int outerPort, Map<String, String> environment, List<String> command) {
        container = new GenericContainer<>(DockerImageName.parse(image))
                .withEnv(environment)
                .withCommand(command.toArray(String[]::new))
                .withExposedPorts(innerPort)
                .withStartupCheckStrategy(new IsRunningStartupCheckStrategy())
                // Whoever starts us waits until the server answers, in the same way as for a native one.
                .waitingFor(new NoWait())
                .withCreateContainerCmdModifier(create -> {
                    HostConfig host = Objects.requireNonNullElseGet(create.getHostConfig(), HostConfig::new);
                    PortBinding binding = new PortBinding(Binding.bindPort(outerPort), ExposedPort.tcp(innerPort));
                    create.withHostConfig(host.withPortBindings(binding));
                });
    }

    /** Puts a file into the container before it starts. */
    void withFile(String path, String text) {
        container.withCopyToContainer(Transferable.of(text), path);
    }

    /** Adds a file system of its own. */
    void withFileSystem(SmallDisk disk) {
        container.withTmpFs(Map.of(disk.directory(), "mode=1777,size=" + disk.bytes()));
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public void start() {
        if (container.getContainerId() == null) {
            container.start();
        } else {
            docker().startContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public void stop() {
        docker().stopContainerCmd(container.getContainerId())
                .withTimeout(STOP_SECONDS)
                .exec();
    }

    @Override
    public void kill() {
        docker().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void freeze() {
        docker().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void thaw() {
        docker().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public String log() {
        return container.getContainerId() == null ? "" : container.getLogs();
    }

    @Override
    public void close() {
        container.stop();
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }

    private static final class NoWait extends AbstractWaitStrategy {

        @Override
        protected void waitUntilReady() {
            // Nothing to wait for.
        }
    }
}
