package org.datlake.ducklake.testing.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/** Decides, in seconds, whether a server can run in a container here. */
public final class DockerEngine {

    /** The environment variable that decides instead: {@code docker} or {@code native}. */
    static final String CHOICE = "DATLAKE_TEST_SERVERS";

    private static final Logger LOG = LoggerFactory.getLogger(DockerEngine.class);
    private static final long ENGINE_ANSWERS_SECONDS = 15;
    private static final long REGISTRY_ANSWERS_SECONDS = 10;
    private static final long PULL_MINUTES = 10;

    private DockerEngine() {}

    /**
     * Says whether to run an image here. Without an explicit choice that means: an engine answers, and it has the image
     * or gets it from a registry that begins to answer within seconds.
     *
     * @throws IllegalStateException if containers were chosen explicitly and cannot be had
     */
    public static synchronized boolean runs(String image) {
        String choice =
                Optional.ofNullable(System.getenv(CHOICE)).orElse("auto").toLowerCase(Locale.ROOT);
        return switch (choice) {
            case "native" -> false;
            case "docker" -> {
                Optional<String> obstacle = obstacle(image);
                if (obstacle.isPresent()) {
                    throw new IllegalStateException(CHOICE + "=docker, but " + obstacle.get()
                            + "; deploy/airgap/make-images.sh makes the images without a registry");
                }
                yield true;
            }
            case "auto" -> {
                Optional<String> obstacle = obstacle(image);
                obstacle.ifPresent(reason -> LOG.info("Running a native server instead of {}: {}", image, reason));
                yield obstacle.isEmpty();
            }
            default ->
                throw new IllegalStateException(
                        CHOICE + " must be docker or native, or be left unset; it is '" + choice + "'");
        };
    }

    private static Optional<String> obstacle(String image) {
        Optional<Boolean> available = Availability.ASKED_ONCE;
        if (available.isEmpty()) {
            return Optional.of("Testcontainers found no way to the Docker engine within " + ENGINE_ANSWERS_SECONDS
                    + " s; in a container, TESTCONTAINERS_HOST_OVERRIDE tells it the engine's host");
        }
        if (!available.get()) {
            return Optional.of("no Docker engine answers");
        }
        Optional<String> missing = missing(image);
        if (missing.isPresent() || reaperDisabled()) {
            return missing;
        }
        // Testcontainers would try for two minutes to get the container that cleans up behind it.
        return missing(TestImages.reaper())
                .map(reason -> reason + " (TESTCONTAINERS_RYUK_DISABLED=true does without it)");
    }

    /**
     * Asks in the background: inside a container, Testcontainers runs a container of its own to find the engine's host,
     * and without a registry it tries for two minutes to get the image of that.
     */
    private static Optional<Boolean> available() {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread asking = new Thread(
                () -> {
                    try {
                        answer.complete(DockerClientFactory.instance().isDockerAvailable());
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "datlake-docker-engine");
        asking.setDaemon(true);
        asking.start();
        try {
            return Optional.of(answer.get(ENGINE_ANSWERS_SECONDS, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            LOG.debug("Looking for a Docker engine failed", e);
            return Optional.of(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for a Docker engine", e);
        }
    }

    private static boolean reaperDisabled() {
        return Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED"));
    }

    private static Optional<String> missing(String image) {
        DockerClient docker = DockerClientFactory.lazyClient();
        try {
            docker.inspectImageCmd(image).exec();
            return Optional.empty();
        } catch (NotFoundException e) {
            LOG.debug("{} is not there yet, pulling it", image, e);
        }
        try {
            return pull(docker, DockerImageName.parse(image))
                    ? Optional.empty()
                    : Optional.of("the engine has no image " + image + ", and no registry answered");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while pulling " + image, e);
        }
    }

    private static boolean pull(DockerClient docker, DockerImageName image) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        ResultCallback.Adapter<PullResponseItem> progress = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(PullResponseItem item) {
                answered.countDown();
            }

            @Override
            public void onError(Throwable failure) {
                super.onError(failure);
                answered.countDown();
            }
        };
        try (progress) {
            docker.pullImageCmd(image.getUnversionedPart())
                    .withTag(image.getVersionPart())
                    .exec(progress);
            return answered.await(REGISTRY_ANSWERS_SECONDS, TimeUnit.SECONDS)
                    && progress.awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES);
        } catch (DockerException | IOException e) {
            LOG.debug("Pulling {} failed", image, e);
            return false;
        }
    }

    private static final class Availability {

        private static final Optional<Boolean> ASKED_ONCE = available();
    }
}
