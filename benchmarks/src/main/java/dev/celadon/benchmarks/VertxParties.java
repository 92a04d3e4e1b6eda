package dev.celadon.benchmarks;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Parties in one virtual-thread context of Vert.x: one at a time, each on a virtual thread, which
 * gives the context away when it waits for a future.
 */
final class VertxParties {

  /** One for all samples of a JVM. */
  private static final Vertx VERTX = Vertx.vertx();

  private VertxParties() {}

  static Vertx vertx() {
    return VERTX;
  }

  /** Gives the turn to whatever else is ready in the context. */
  static void yieldNow() {
    Promise<Void> turn = Promise.promise();
    VERTX.runOnContext(_ -> turn.complete());
    turn.future().await();
  }

  /** Runs something in a new context. */
  static double inContext(Work work) throws ExecutionException, InterruptedException {
    CompletableFuture<Double> result = new CompletableFuture<>();
    AbstractVerticle verticle =
        new AbstractVerticle() {
          @Override
          public void start() {
            // Not here: the deployment would wait for it.
            context.runOnContext(_ -> complete(result, context, work));
          }
        };
    VERTX
        .deployVerticle(
            verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .onFailure(result::completeExceptionally);
    return result.get();
  }

  private static void complete(CompletableFuture<Double> result, Context context, Work work) {
    try {
      result.complete(work.run(context));
    } catch (Exception e) {
      result.completeExceptionally(e);
    }
  }

  /** What runs in a context. */
  @FunctionalInterface
  interface Work {
    double run(Context context) throws Exception;
  }

  /** The processor time from the moment when all begin, each with its start behind it. */
  static double cost(int parties, Party party) throws ExecutionException, InterruptedException {
    return inContext(
        context -> {
          Promise<Void> here = Promise.promise();
          Promise<Void> begin = Promise.promise();
          Promise<Void> ended = Promise.promise();
          int[] left = {parties, parties};
          for (int i = 0; i < parties; i++) {
            int number = i;
            context.runOnContext(
                _ -> {
                  if (--left[0] == 0) {
                    here.complete();
                  }
                  begin.future().await();
                  try {
                    party.run(number);
                  } catch (Exception e) {
                    boolean _ = ended.tryFail(e);
                  }
                  if (--left[1] == 0) {
                    boolean _ = ended.tryComplete();
                  }
                });
          }
          here.future().await();
          long start = Cpu.nanos();
          begin.complete();
          ended.future().await();
          return (double) (Cpu.nanos() - start);
        });
  }
}
