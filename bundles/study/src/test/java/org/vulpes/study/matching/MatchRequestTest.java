package org.vulpes.study.matching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;

/** What an arm may say about its match, as users write it. */
class MatchRequestTest {
  @TempDir Path folder;

  private Config study(String arm, String... more) throws IOException {
    Path file = folder.resolve("x.conf");
    Files.writeString(file, "study {\n  baseline = deep\n  arms {\n    deep {}\n    shallow { model.layers = 3, " + arm + " }\n  }\n" + String.join("\n", more) + "\n}\n");
    return ConfigFile.load(file, List.of(), new StockPlugins().reference());
  }

  private Optional<MatchRequest> request(String arm, String... more) throws IOException {
    return MatchRequest.of(study(arm, more), "shallow", false);
  }

  @Test
  void anArmIsTakenAsItIsUnlessItSaysOtherwise() throws IOException {
    assertEquals(Optional.empty(), request(""));
    assertEquals(Optional.empty(), request("match = none"));
  }

  @Test
  void theInnerWidthIsFreeAndOnePerCentAllowedUnlessSaid() throws IOException {
    var r = request("match = non-embedding-parameters").orElseThrow();
    assertEquals(Quantity.NON_EMBEDDING, r.quantity());
    assertEquals(Set.of(Dimension.FFN), r.free());
    assertEquals(0.01, r.allowed());
    assertTrue(r.sets().test("model.layers") && !r.sets().test("model.width"));
  }

  @Test
  void whatStandsForAllArmsHoldsForThisOneUnlessItSaysOtherwise() throws IOException {
    var r = request("free = [width]", "arm { match = flops, mismatch = 2.5% }").orElseThrow();
    assertEquals(Quantity.FLOPS, r.quantity());
    assertEquals(Set.of(Dimension.WIDTH), r.free());
    assertEquals(0.025, r.allowed());
    assertEquals(Optional.empty(), request("match = none", "arm { match = flops }"));
    assertEquals(Optional.empty(), MatchRequest.of(study("", "arm { match = flops }"), "deep", true));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      match = paramters                  | study.arms.shallow.match must be one of none, parameters, non-embedding-parameters, flops, but is 'paramters'; did you mean 'parameters'?
      match = flops, free = [fnn]        | study.arms.shallow.free may name width, ffn, layers, but names 'fnn'; did you mean 'ffn'?
      match = flops, free = []           | study.arms.shallow.free must name at least one of width, ffn, layers.
      match = flops, mismatch = 3        | study.arms.shallow.mismatch must be from 0% to 100%, for instance 3%, but is 3.
      match = flops, mismatch = 300%     | study.arms.shallow.mismatch must be from 0% to 100%, for instance 3%, but is 300%.
      free = [ffn]                       | study.arms.shallow.free has nothing to do, because the arm's match is none; say what is matched.
      mach = flops                       | study.arms.shallow.mach is not a key; did you mean 'match'?
      match = flops, free = ffn          | study.arms.shallow.free must be a list [ … ], but is "ffn".
      """)
  void aMistakeIsSaidWithItsPlace(String arm, String sentence) {
    String said = assertThrows(InvalidInput.class, () -> request(arm)).getMessage();
    assertEquals(folder.resolve("x.conf") + ":5: " + sentence, said);
  }

  @Test
  void theBaselineIsMatchedToNothing() throws IOException {
    Config root = study("match = flops");
    String said = assertThrows(InvalidInput.class, () -> MatchRequest.of(root, "shallow", true)).getMessage();
    assertTrue(said.endsWith(":5: study.arms.shallow.match cannot be given for the baseline: the other arms are matched to it."), said);
  }

  @Test
  void whatSaysHowAnArmIsMatchedIsNoPartOfItsConfiguration() throws IOException {
    var body = study("match = flops, free = [ffn], mismatch = 2%").getObject("study.arms.shallow");
    assertEquals(Set.of("model"), MatchRequest.intervention(body).keySet());
  }
}
