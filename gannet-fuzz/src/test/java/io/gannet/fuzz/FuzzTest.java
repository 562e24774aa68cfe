package io.gannet.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.gannet.fuzz.harness.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A short run of each target: earlier findings, seeds, and random mutations of them. */
class FuzzTest {

  /** The files are named TARGET-WHAT. */
  private static final Path FOUND = Path.of("src/test/resources/found");

  /** The number of inputs per target, always the same ones. */
  private static final int INPUTS = 500;

  static Stream<Arguments> targets() {
    return Targets.all().stream().map(target -> argumentSet(target.name(), target));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void whatWasFoundOnceStaysMended(Path found) throws Exception {
    Target target =
        Targets.all().stream()
            .filter(one -> found.getFileName().toString().startsWith(one.name() + "-"))
            .max(Comparator.comparingInt(one -> one.name().length()))
            .orElseThrow();
    target.run(Files.readAllBytes(found));
  }

  static List<Path> whatWasFoundOnceStaysMended() throws IOException {
    try (Stream<Path> files = Files.list(FOUND)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest(name = "{argumentSetName}")
  @MethodSource("targets")
  void seedsAndWhatChanceMakesOfThemBreakNothing(Target target) throws Exception {
    List<byte[]> inputs = new ArrayList<>(target.seeds());
    Random random = new Random(target.name().hashCode());
    for (byte[] seed : target.seeds()) {
      run(target, seed);
    }
    run(target, new byte[0]);
    for (int i = 0; i < INPUTS; i++) {
      run(target, mutated(inputs, target.maxLength(), random));
    }
  }

  private static void run(Target target, byte[] input) throws Exception {
    try {
      target.run(input);
    } catch (Exception | Error e) {
      throw new AssertionError(
          "%s, input %s".formatted(target.name(), HexFormat.of().formatHex(input)), e);
    }
  }

  /** Applies one to four changes of kinds that decoders are sensitive to. */
  private static byte[] mutated(List<byte[]> inputs, int maxLength, Random random) {
    byte[] input = inputs.get(random.nextInt(inputs.size())).clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && input.length > 0; changes--) {
      int at = random.nextInt(input.length);
      switch (random.nextInt(6)) {
        case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> input[at] = (byte) random.nextInt();
        case 2 -> input[at] = (byte) new int[] {0, 1, 0x7f, 0x80, 0xff}[random.nextInt(5)];
        case 3 -> input = Arrays.copyOf(input, at);
        case 4 -> { // a piece of one goes into another
          byte[] other = inputs.get(random.nextInt(inputs.size()));
          int from = random.nextInt(other.length);
          int length = Math.min(random.nextInt(32), other.length - from);
          byte[] longer = Arrays.copyOf(input, input.length + length);
          System.arraycopy(input, at, longer, at + length, input.length - at);
          System.arraycopy(other, from, longer, at, length);
          input = longer;
        }
        default -> { // a piece is taken out
          int length = Math.min(random.nextInt(8), input.length - at);
          byte[] shorter = Arrays.copyOf(input, input.length - length);
          System.arraycopy(input, at + length, shorter, at, input.length - at - length);
          input = shorter;
        }
      }
    }
    return input.length > maxLength ? Arrays.copyOf(input, maxLength) : input;
  }

  @Test
  void eachTargetHasANameOfItsOwnAndSeedsThatItCanTake() {
    assertThat(Targets.all()).extracting(Target::name).doesNotHaveDuplicates();
    assertThat(Targets.all())
        .allSatisfy(target ->
            assertThat(target.seeds())
                .isNotEmpty()
                .allSatisfy(
                    seed -> assertThat(seed.length).isLessThanOrEqualTo(target.maxLength())));
  }
}
