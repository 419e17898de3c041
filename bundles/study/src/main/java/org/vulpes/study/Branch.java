package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;

/**
 * {@code branch { at = 80%, arms { … } }}: each of its arms is the trunk (the common configuration, or the arm that {@code from} names) up to there, and what it says from there on. Written out, it is an
 * arm with {@code changes}.
 */
final class Branch {
  private static final String CHANGES = "changes";

  private Branch() {}

  /** The configuration with the arms of its branch among {@code study.arms}. */
  static Config spread(Config root) {
    Options study = Options.at(root, "study");
    Options branch = study.block("branch");
    Options arms = branch.block("arms");
    if (arms.keys().isEmpty()) {
      for (String key : new String[] {"at", "from"}) if (branch.has(key)) throw branch.wrong(key, "has nothing to do: study.branch.arms has no arm");
      return root;
    }
    if (!branch.has("at")) throw branch.wrong("at", "is missing; say where the arms part, for instance 80%");
    Options own = study.block("arms");
    ConfigObject trunk = ConfigFactory.empty().root();
    boolean matched = false;
    if (branch.has("from")) {
      String from = branch.text("from");
      if (!own.keys().contains(from)) throw branch.wrong("from", "names the arm '" + from + "', which study.arms does not have" + Spelling.hint(from, own.keys()));
      trunk = own.config().getObject(ConfigUtil.joinPath(from));
      matched = study.has("baseline") && !from.equals(study.text("baseline"));
    }
    Config out = root;
    for (String name : arms.keys()) {
      if (own.keys().contains(name)) throw arms.wrong(ConfigUtil.joinPath(name), "has the name of an arm in study.arms; give it another");
      ConfigValue body = arms.config().getValue(ConfigUtil.joinPath(name));
      if (body.valueType() != ConfigValueType.OBJECT) throw arms.wrong(ConfigUtil.joinPath(name), "must be a block of keys, as in { model.layers = 10 }");
      for (String key : new String[] {"match", "free", "mismatch", CHANGES, "swaps"}) {
        if (((ConfigObject) body).containsKey(key)) throw arms.wrong(ConfigUtil.joinPath(name) + "." + key, "cannot be given for an arm of a branch: it is its trunk with what it changes from " + branch.text("at") + " on");
      }
      ConfigObject arm = trunk;
      // What matches the trunk has been solved before its arms part.
      if (!matched) arm = arm.withValue("match", ConfigValueFactory.fromAnyRef("none"));
      if (!((ConfigObject) body).isEmpty()) {
        var changes = new ArrayList<ConfigValue>();
        if (trunk.get(CHANGES) instanceof ConfigList before) changes.addAll(before);
        changes.add(((ConfigObject) body).withValue("at", branch.config().getValue("at")).withOrigin(body.origin()));
        arm = arm.withValue(CHANGES, ConfigValueFactory.fromIterable(changes).withOrigin(body.origin()));
      }
      out = out.withValue("study.arms." + ConfigUtil.joinPath(name), arm.withOrigin(body.origin()));
    }
    return out;
  }
}
