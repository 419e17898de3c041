package org.vulpes.reward.problems;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * Short stories in the manner of bAbI (Weston et al. 2015): people walk, take things and put them down; asked is where somebody or something is, or how much
 * somebody carries.
 */
@Component
@Fills(slot = "problems", use = "stories")
public final class Stories implements Plugin<Problems> {
  private static final List<String> PEOPLE = List.of("Anna", "Ben", "Clara", "David", "Emma", "Felix");
  private static final List<String> PLACES = List.of("kitchen", "garden", "hallway", "office", "bedroom", "bathroom", "cellar", "attic");
  private static final List<String> THINGS = List.of("apple", "book", "lamp", "ball", "key", "cup");

  @Override
  public Problems create(Options options) {
    var kinds = options.texts("kinds");
    if (kinds.isEmpty() || !List.of("person", "thing", "count").containsAll(kinds)) throw options.wrong("kinds", "must be a list of some of person, thing, count");
    int people = options.integer("people", 1, PEOPLE.size()), places = options.integer("places", 2, PLACES.size()), things = options.integer("things", 1, THINGS.size());
    int least = options.integer("least-sentences", 1, 100), most = options.integer("sentences", 1, 100);
    if (least > most) throw options.wrong("least-sentences", "= " + least + " is more than sentences = " + most);
    return new Generated(options) {
      @Override
      Problem make(Dice dice) {
        return new Story(dice, PEOPLE.subList(0, people), PLACES.subList(0, places), THINGS.subList(0, things)).problem(dice.one(kinds), dice.from(least, most));
      }
    };
  }

  private static final class Story {
    private final Dice dice;
    private final List<String> people;
    private final List<String> places;
    private final List<String> things;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> where = new HashMap<>();
    private final Map<String, String> holder = new HashMap<>();
    private final Map<String, String> lying = new HashMap<>();

    Story(Dice dice, List<String> people, List<String> places, List<String> things) {
      this.dice = dice;
      this.people = people;
      this.places = places;
      this.things = things;
    }

    Problem problem(String kind, int sentences) {
      for (int i = 0; i < sentences; i++) happen();
      String person = dice.one(List.copyOf(new java.util.TreeSet<>(where.keySet())));
      var known = things.stream().filter(t -> holder.containsKey(t) || lying.containsKey(t)).toList();
      if (kind.equals("thing") && !known.isEmpty()) {
        String thing = dice.one(known);
        return asked("Where is the " + thing + "?", holder.containsKey(thing) ? where.get(holder.get(thing)) : lying.get(thing));
      }
      if (kind.equals("count")) {
        return asked("How many things does " + person + " carry?", Long.toString(holder.values().stream().filter(person::equals).count()));
      }
      return asked("Where is " + person + "?", where.get(person));
    }

    private Problem asked(String question, String answer) {
      return Problem.of(text + question + " ", answer);
    }

    /** Somebody who has not been seen comes in first, so that every place follows from the story. */
    private void happen() {
      String person = dice.one(people), thing = dice.one(things);
      boolean takes = dice.from(0, 1) == 1;
      if (!where.containsKey(person) || !takes) {
        String place = dice.one(places);
        where.put(person, place);
        say(person + " went to the " + place + ".");
      } else if (person.equals(holder.get(thing))) {
        holder.remove(thing);
        lying.put(thing, where.get(person));
        say(person + " put down the " + thing + ".");
      } else if (!holder.containsKey(thing) && (!lying.containsKey(thing) || lying.get(thing).equals(where.get(person)))) {
        lying.remove(thing);
        holder.put(thing, person);
        say(person + " took the " + thing + ".");
      } else {
        String place = dice.one(places);
        where.put(person, place);
        say(person + " went to the " + place + ".");
      }
    }

    private void say(String sentence) {
      text.append(sentence).append(' ');
    }
  }
}
