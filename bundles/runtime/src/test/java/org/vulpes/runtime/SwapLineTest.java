package org.vulpes.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Position;

/** Which swaps by hand a resumed run does again. */
class SwapLineTest {
  private final List<Map<String, Object>> journal = new ArrayList<>();

  private void line(String phase, String id, String origin, long step) {
    var line = SwapLine.of(phase, id, origin, "curriculum", step);
    if (phase.equals("done")) line.put("from", SwapLine.occupant(new Occupant("curriculum", "loop", "before-" + id, "b", "1", "", "{}", 0)));
    if (phase.equals("done")) line.put("to", SwapLine.occupant(new Occupant("curriculum", "loop", "plugin-" + id, "b", "1", "", "{}", step)));
    journal.add(line);
  }

  private List<String> again(long resumedFrom) {
    return SwapLine.after(journal, new Position(resumedFrom, 0, 100, 1)).stream().map(p -> p.id() + "@" + p.step()).toList();
  }

  @Test
  void thoseAfterTheCheckpointInTheirOrder() {
    line("done", "1", "live", 5);
    line("passed", "1", "live", 15);
    line("done", "2", "live", 20);
    line("done", "3", "undo", 40);
    assertEquals(List.of("2@20", "3@40"), again(20));
    assertEquals(List.of("1@5", "2@20", "3@40"), again(0));
    assertEquals(3, SwapLine.last(journal));
  }

  @Test
  void whatTheLastOfThemReplacedCanBeUndone() {
    line("done", "config-1", "config", 3);
    line("done", "1", "live", 5);
    line("done", "2", "live", 20);
    line("done", "3", "live", 30);
    line("rewound", "3", "live", 30);
    assertEquals(List.of("before-2"), undone(40));
    assertEquals(List.of("before-1"), undone(20), "the second is done again first");
    assertEquals(List.of(), undone(5));
  }

  private List<String> undone(long resumedFrom) {
    return SwapLine.replaced(journal, new Position(resumedFrom, 0, 100, 1)).stream().map(Occupant::use).toList();
  }

  @Test
  void notThoseThatWereRewoundOrHungOrRefused() {
    line("requested", "1", "live", 4);
    line("refused", "1", "live", 4);
    line("done", "2", "live", 5);
    line("rewound", "2", "live", 5);
    line("done", "3", "live", 9);
    line("hung", "3", "live", 9);
    assertEquals(List.of(), again(0));
  }

  @Test
  void thatWhichOnlySeemedToHang() {
    line("done", "1", "live", 9);
    line("hung", "1", "live", 9);
    line("passed", "1", "live", 19);
    assertEquals(List.of("1@9"), again(0));
  }

  @Test
  void notThoseOfTheConfigurationWhichTheRunDoesAnyway() {
    line("done", "config-1", "config", 5);
    assertEquals(List.of(), again(0));
    assertEquals(0, SwapLine.last(journal));
  }

  @Test
  void thoseThatWereDoneAgainBeforeOnlyOnce() {
    line("done", "1", "live", 5);
    line("done", "2", "live", 7);
    line("done", "1", "replay", 5);
    line("done", "2", "replay", 7);
    assertEquals(List.of("1@5", "2@7"), again(0));
  }
}
