package dev.celadon.zeromq;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.util.Deque;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import zmq.Ctx;
import zmq.IMailbox;
import zmq.Mailbox;
import zmq.ZError;

/**
 * The way into JeroMQ's commands: contexts that ask us before a command is sent, and what is inside
 * of a mailbox.
 *
 * <p>Immutable.
 *
 * @param newCtx makes such a context
 * @param slots the mailboxes of a context, by thread number
 * @param commandsOf the commands in a mailbox
 * @param signalerOf the pipe of a mailbox
 * @param signal writes a byte into a pipe
 * @param sinkOf the end of a pipe that is written to
 */
record CommandHook(
    MethodHandle newCtx,
    MethodHandle slots,
    MethodHandle commandsOf,
    MethodHandle signalerOf,
    MethodHandle signal,
    MethodHandle sinkOf) {
  /*
   * Every command of JeroMQ passes through `Ctx.sendCommand(int, Command)`, which only a class of its package can override. A class
   * file in that package would make ours a split package, so the class is made at run time, by JeroMQ's own loader, and knows nothing but
   * the JDK and JeroMQ. It is what one would write as
   *
   *   package zmq;
   *   public final class CeladonCtx extends Ctx implements ObjIntConsumer<Object> {
   *     CeladonCtx(Supplier<Selector> open, Predicate<Selector> close, ObjIntConsumer<Object> send) {
   *       this.open = open; ...; super();
   *     }
   *     @Override public Selector createSelector() { return open.get(); }
   *     @Override public boolean closeSelector(Selector selector) { return close.test(selector); }
   *     @Override void sendCommand(int tid, Command command) { send.accept(command, tid); }
   *     @Override public void accept(Object command, int tid) { super.sendCommand(tid, (Command) command); }
   *   }
   *
   * JeroMQ facts (0.6.0): a mailbox is a `ConcurrentLinkedDeque` and a pipe with a byte for each command. `Mailbox.recv(0)` asks the
   * deque first, and the pipe only if it has counted a byte; so a command that is put into the deque alone is found, too.
   *
   * Where JeroMQ is a named module, or of another make, none of this is possible: then there is no hook, and the commands go their
   * usual way.
   */

  private static final ClassDesc CTX = ClassDesc.of("zmq.Ctx");
  private static final ClassDesc HOOKED = ClassDesc.of("zmq.CeladonCtx");
  private static final ClassDesc COMMAND = ClassDesc.of("zmq.Command");
  private static final ClassDesc SUPPLIER = Supplier.class.describeConstable().orElseThrow();
  private static final ClassDesc PREDICATE = Predicate.class.describeConstable().orElseThrow();
  private static final ClassDesc CONSUMER = ObjIntConsumer.class.describeConstable().orElseThrow();
  private static final ClassDesc SELECTOR = Selector.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc NOTHING = MethodTypeDesc.of(CD_void);
  private static final MethodTypeDesc ACCEPT = MethodTypeDesc.of(CD_void, CD_Object, CD_int);
  private static final MethodTypeDesc SEND = MethodTypeDesc.of(CD_void, CD_int, COMMAND);

  private static final @Nullable CommandHook HOOK = install();

  /** The hook, or null where JeroMQ does not let us in. */
  static @Nullable CommandHook get() {
    return HOOK;
  }

  private static @Nullable CommandHook install() {
    try {
      MethodHandles.Lookup us = MethodHandles.lookup();
      MethodHandles.Lookup inCtx = MethodHandles.privateLookupIn(Ctx.class, us);
      MethodHandles.Lookup inMailbox = MethodHandles.privateLookupIn(Mailbox.class, us);
      Class<?> hooked = hookedClass(inCtx);
      Class<?> signaler = inCtx.findClass("zmq.Signaler");
      MethodHandles.Lookup inSignaler = MethodHandles.privateLookupIn(signaler, us);
      return new CommandHook(
          inCtx
              .findConstructor(
                  hooked,
                  MethodType.methodType(
                      void.class, Supplier.class, Predicate.class, ObjIntConsumer.class))
              .asType(
                  MethodType.methodType(
                      Ctx.class, Supplier.class, Predicate.class, ObjIntConsumer.class)),
          inCtx.findGetter(Ctx.class, "slots", IMailbox[].class),
          inMailbox.findGetter(Mailbox.class, "cpipe", Deque.class),
          inMailbox
              .findGetter(Mailbox.class, "signaler", signaler)
              .asType(MethodType.methodType(Object.class, Mailbox.class)),
          inSignaler
              .findVirtual(signaler, "send", MethodType.methodType(void.class))
              .asType(MethodType.methodType(void.class, Object.class)),
          inSignaler
              .findGetter(signaler, "w", Pipe.SinkChannel.class)
              .asType(MethodType.methodType(Pipe.SinkChannel.class, Object.class)));
    } catch (ReflectiveOperationException | LinkageError | SecurityException e) {
      return null;
    }
  }

  /** Made once, perhaps by another copy of us that shares JeroMQ. */
  private static Class<?> hookedClass(MethodHandles.Lookup inside)
      throws ReflectiveOperationException {
    try {
      return inside.defineClass(ClassFile.of().build(HOOKED, CommandHook::write));
    } catch (LinkageError e) {
      return inside.findClass("zmq.CeladonCtx");
    }
  }

  private static void write(ClassBuilder type) {
    type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC);
    type.withSuperclass(CTX);
    type.withInterfaceSymbols(CONSUMER);
    int field = ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL;
    type.withField("open", SUPPLIER, field);
    type.withField("close", PREDICATE, field);
    type.withField("send", CONSUMER, field);
    type.withMethodBody(
        INIT_NAME,
        MethodTypeDesc.of(CD_void, SUPPLIER, PREDICATE, CONSUMER),
        0,
        code ->
            code.aload(0)
                .aload(1)
                .putfield(HOOKED, "open", SUPPLIER)
                .aload(0)
                .aload(2)
                .putfield(HOOKED, "close", PREDICATE)
                .aload(0)
                .aload(3)
                .putfield(HOOKED, "send", CONSUMER)
                .aload(0) // the fields come first, because super() asks for a selector
                .invokespecial(CTX, INIT_NAME, NOTHING)
                .return_());
    type.withMethodBody(
        "createSelector",
        MethodTypeDesc.of(SELECTOR),
        ClassFile.ACC_PUBLIC,
        code ->
            code.aload(0)
                .getfield(HOOKED, "open", SUPPLIER)
                .invokeinterface(SUPPLIER, "get", MethodTypeDesc.of(CD_Object))
                .checkcast(SELECTOR)
                .areturn());
    type.withMethodBody(
        "closeSelector",
        MethodTypeDesc.of(CD_boolean, SELECTOR),
        ClassFile.ACC_PUBLIC,
        code ->
            code.aload(0)
                .getfield(HOOKED, "close", PREDICATE)
                .aload(1)
                .invokeinterface(PREDICATE, "test", MethodTypeDesc.of(CD_boolean, CD_Object))
                .ireturn());
    type.withMethodBody(
        "sendCommand",
        SEND,
        0,
        code ->
            code.aload(0)
                .getfield(HOOKED, "send", CONSUMER)
                .aload(2)
                .iload(1)
                .invokeinterface(CONSUMER, "accept", ACCEPT)
                .return_());
    type.withMethodBody(
        "accept",
        ACCEPT,
        ClassFile.ACC_PUBLIC,
        code ->
            code.aload(0)
                .iload(2)
                .aload(1)
                .checkcast(COMMAND)
                .invokespecial(CTX, "sendCommand", SEND)
                .return_());
  }

  /**
   * Makes a context.
   *
   * @param open makes a selector; called before the context is ready
   * @param close closes a selector of its; true if it was open
   * @param send gets each command, with the number of the thread that it is for
   */
  Ctx newCtx(Supplier<Selector> open, Predicate<Selector> close, ObjIntConsumer<Object> send) {
    try {
      return (Ctx) newCtx.invokeExact(open, close, send);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Sends a command as JeroMQ would. */
  @SuppressWarnings("unchecked") // made by this class
  static void sendAsEver(Ctx hooked, Object command, int tid) {
    ((ObjIntConsumer<Object>) hooked).accept(command, tid);
  }

  /** The mailbox of a worker or a socket. */
  Mailbox mailbox(Ctx ctx, int tid) {
    try {
      return (Mailbox) ((IMailbox[]) slots.invokeExact(ctx))[tid];
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** The commands in a mailbox. A command that is added gets no byte in the pipe. */
  @SuppressWarnings("unchecked") // of Command, which has no public constructor
  Deque<Object> commands(Mailbox mailbox) {
    try {
      return (Deque<Object>) (Deque<?>) commandsOf.invokeExact(mailbox);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /**
   * Writes a byte into the pipe of a mailbox: its reader will look for commands. A reader that has
   * found the command already, and closed the mailbox because it was the last one, needs no byte;
   * an exception would keep the sender, a session perhaps, from its own end.
   */
  void signal(Mailbox mailbox) {
    try {
      signal.invokeExact((Object) signalerOf.invokeExact(mailbox));
    } catch (ZError.IOException e) {
      if (!(e.getCause() instanceof ClosedChannelException)) {
        throw e;
      }
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Closes the pipe of a mailbox, which must be registered with no selector. */
  void closePipe(Mailbox mailbox) {
    try {
      ((Pipe.SinkChannel) sinkOf.invokeExact((Object) signalerOf.invokeExact(mailbox))).close();
      mailbox.getFd().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  private static RuntimeException rethrown(Throwable thrown) {
    if (thrown instanceof Error e) {
      throw e;
    }
    return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
  }
}
