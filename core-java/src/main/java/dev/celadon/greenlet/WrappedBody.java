package dev.celadon.greenlet;

/** A body of ours around a body of the user's, which tells where the greenlet comes from. */
interface WrappedBody {

  /** The Callable or Body inside. */
  Object inner();

  /** The user's own body. */
  static Object unwrap(Object body) {
    Object innermost = body;
    while (innermost instanceof WrappedBody wrapped) {
      innermost = wrapped.inner();
    }
    return innermost;
  }
}
