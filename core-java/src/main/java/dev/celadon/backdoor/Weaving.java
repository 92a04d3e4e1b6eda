package dev.celadon.backdoor;

import static java.lang.constant.ConstantDescs.CD_CallSite;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.io.PrintStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashSet;
import java.util.Set;

/** Changes the code of snippets: it can be stopped, and prints to its client. */
final class Weaving implements CodeTransform {

  private static final DirectMethodHandleDesc LINK =
      ConstantDescs.ofCallsiteBootstrap(
          ClassDesc.of("dev.celadon.backdoor.BackdoorSession"), "link", CD_CallSite);

  private static final DynamicCallSiteDesc CHECKPOINT =
      DynamicCallSiteDesc.of(LINK, "checkpoint", MTD_void);

  private static final DynamicCallSiteDesc OUT =
      DynamicCallSiteDesc.of(
          LINK, "out", MethodTypeDesc.of(ClassDesc.of(PrintStream.class.getName())));

  /** Places in this method that are behind us: a jump there closes a loop. */
  private final Set<Label> passed = new HashSet<>();

  private Weaving() {}

  static byte[] weave(byte[] code) {
    ClassFile format = ClassFile.of();
    return format.transformClass(
        format.parse(code),
        ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(Weaving::new)));
  }

  @Override
  public void atStart(CodeBuilder builder) {
    builder.invokedynamic(CHECKPOINT);
  }

  @Override
  public void accept(CodeBuilder builder, CodeElement element) {
    switch (element) {
      case LabelTarget place -> passed.add(place.label());
      case BranchInstruction jump when passed.contains(jump.target()) ->
          builder.invokedynamic(CHECKPOINT);
      case FieldInstruction field when readsSystemOut(field) -> {
        builder.invokedynamic(OUT);
        return;
      }
      default -> {}
    }
    builder.with(element);
  }

  private static boolean readsSystemOut(FieldInstruction field) {
    return field.opcode() == Opcode.GETSTATIC
        && field.owner().asInternalName().equals("java/lang/System")
        && (field.name().equalsString("out") || field.name().equalsString("err"));
  }
}
