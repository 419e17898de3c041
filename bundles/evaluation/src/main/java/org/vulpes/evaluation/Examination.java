package org.vulpes.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;
import org.vulpes.generation.Continuation;
import org.vulpes.generation.Ending;
import org.vulpes.generation.Generator;
import org.vulpes.generation.Prompt;
import org.vulpes.generation.Sampling;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.Tokenizer;

/**
 * Puts items to a model. Tokenization, log-likelihoods and their normalisation follow EleutherAI's lm-evaluation-harness: context and continuation are
 * encoded together and cut where the context alone ends; spaces at the context's end go to the continuation; {@code acc} takes the likeliest choice,
 * {@code acc_norm} divides by the choice's characters, {@code acc_bytes} by its bytes; what is longer than the model's context loses its beginning.
 */
public final class Examination implements AutoCloseable {
  /** How texts are written. @param samples of each prompt, for pass@k @param ks pass@k for each */
  public record Writing(Sampling sampling, int samples, List<Integer> ks, long seed) {
    public static final Writing GREEDY = new Writing(Sampling.greedy(), 1, List.of(1), 0);

    public Writing {
      for (int k : ks) {
        if (k < 1 || k > samples) throw new InvalidInput("pass@" + k + " needs at least " + k + " samples of each prompt, but there are " + samples + ".");
      }
      if (samples > 1 && sampling.temperature() == 0) throw new InvalidInput("At temperature 0 all " + samples + " samples of a prompt are the same; give a temperature.");
    }
  }

  private final Subject subject;
  private final Writing writing;
  private final TokenLogProbabilities likelihood;
  private final Generator generator;
  private long truncated;

  public Examination(Subject subject, Writing writing) {
    this.subject = subject;
    this.writing = writing;
    likelihood = new TokenLogProbabilities(subject.device(), subject.decoder(), subject.weights());
    generator = Generator.over(subject.decoder(), subject.device(), subject.weights(), Generator.SLOTS);
  }

  /** Rows that lost their beginning because they were longer than the model's context. */
  public long truncated() {
    return truncated;
  }

  /** @param progress told the share done, 0 … 1 */
  public List<ItemResult> put(Task task, List<Item> items, DoubleConsumer progress) {
    var out = new ArrayList<ItemResult>();
    // Portions, so that progress can be told; they are long enough to fill batches of equal length.
    for (int from = 0; from < items.size(); from += 256) {
      var part = items.subList(from, Math.min(items.size(), from + 256));
      out.addAll(choices(task, part.stream().filter(Item.Choice.class::isInstance).map(Item.Choice.class::cast).toList()));
      out.addAll(writings(task, part.stream().filter(Item.Writing.class::isInstance).map(Item.Writing.class::cast).toList()));
      for (Item i : part) if (i instanceof Item.Passage p) out.add(passage(task, p));
      progress.accept((double) (from + part.size()) / items.size());
    }
    return out;
  }

  private List<ItemResult> choices(Task task, List<Item.Choice> items) {
    var rows = new ArrayList<TokenLogProbabilities.Row>();
    for (var item : items) for (var o : item.options()) rows.add(row(o.context(), o.continuation()));
    var found = likelihood.of(rows);
    var out = new ArrayList<ItemResult>();
    int at = 0;
    for (var item : items) {
      int n = item.options().size();
      var sums = new double[n];
      for (int i = 0; i < n; i++) for (float l : found.get(at + i)) sums[i] += l;
      at += n;
      out.add(marked(task, item, sums));
    }
    return out;
  }

  private static ItemResult marked(Task task, Item.Choice item, double[] sums) {
    int n = sums.length;
    var byCharacters = new double[n];
    var byBytes = new double[n];
    for (int i = 0; i < n; i++) {
      String text = item.options().get(i).text();
      byCharacters[i] = sums[i] / Math.max(1, text.codePointCount(0, text.length()));
      byBytes[i] = sums[i] / Math.max(1, text.getBytes(StandardCharsets.UTF_8).length);
    }
    var metrics = new TreeMap<String, Double>();
    if (item.mass()) {
      metrics.put("mc2", mass(sums, item.right()));
    } else {
      metrics.put("acc", item.right().contains(largest(sums)) ? 1.0 : 0);
      metrics.put("acc_norm", item.right().contains(largest(byCharacters)) ? 1.0 : 0);
      metrics.put("acc_bytes", item.right().contains(largest(byBytes)) ? 1.0 : 0);
    }
    var answer = new LinkedHashMap<String, Object>();
    answer.put("log-likelihoods", sums);
    answer.put("chosen", largest(sums));
    answer.put("right", item.right());
    return new ItemResult(task.name(), item.id(), item.cluster(), item.group(), metrics, answer);
  }

  /** The share of the probability of all choices that falls on the right ones. */
  private static double mass(double[] sums, List<Integer> right) {
    double max = Arrays.stream(sums).max().orElseThrow(), all = 0, good = 0;
    for (int i = 0; i < sums.length; i++) {
      double p = Math.exp(sums[i] - max);
      all += p;
      if (right.contains(i)) good += p;
    }
    return good / all;
  }

  /** The first of the largest. */
  private static int largest(double[] x) {
    int best = 0;
    for (int i = 1; i < x.length; i++) if (x[i] > x[best]) best = i;
    return best;
  }

  private TokenLogProbabilities.Row row(String context, String continuation) {
    Tokenizer t = subject.tokenizer();
    int end = context.length();
    while (end > 0 && Character.isWhitespace(context.charAt(end - 1))) end--;
    continuation = context.substring(end) + continuation;
    context = context.substring(0, end);
    int[] all = t.encode(context + continuation);
    int from = context.isEmpty() ? 0 : Math.min(t.encode(context).length, all.length - 1);
    boolean prefix = context.isEmpty() || subject.begin();
    int[] tokens = new int[all.length + (prefix ? 1 : 0)];
    if (prefix) tokens[0] = t.endOfText();
    System.arraycopy(all, 0, tokens, tokens.length - all.length, all.length);
    return cut(tokens, from + (prefix ? 1 : 0));
  }

  private TokenLogProbabilities.Row cut(int[] tokens, int from) {
    int most = subject.longest() + 1;
    if (tokens.length <= most) return new TokenLogProbabilities.Row(tokens, from);
    truncated++;
    int lost = tokens.length - most;
    return new TokenLogProbabilities.Row(Arrays.copyOfRange(tokens, lost, tokens.length), Math.max(1, from - lost));
  }

  private List<ItemResult> writings(Task task, List<Item.Writing> items) {
    var byEnding = new LinkedHashMap<List<Object>, List<Item.Writing>>();
    for (var i : items) byEnding.computeIfAbsent(List.of(i.stops(), i.tokens()), _ -> new ArrayList<>()).add(i);
    var results = new HashMap<Item.Writing, ItemResult>();
    byEnding.forEach((_, same) -> {
      Ending ending = Ending.text(same.getFirst().tokens(), subject.tokenizer(), same.getFirst().stops());
      var prompts = new ArrayList<Prompt>();
      for (var i : same) prompts.add(new Prompt(prompt(i), writing.samples(), writing.seed() + i.id().hashCode()));
      var texts = new HashMap<Integer, List<String>>();
      for (Continuation c : generator.generate(prompts, writing.sampling(), ending, (p, s, id) -> {})) {
        texts.computeIfAbsent(c.prompt(), _ -> new ArrayList<>()).add(ending.text(c.tokens(), subject.tokenizer()));
      }
      for (int i = 0; i < same.size(); i++) results.put(same.get(i), marked(task, same.get(i), texts.get(i)));
    });
    return items.stream().map(results::get).toList();
  }

  private int[] prompt(Item.Writing item) {
    int[] ids = subject.tokenizer().encode(item.prompt());
    boolean prefix = subject.begin() || ids.length == 0;
    int most = Math.max(1, subject.longest() - item.tokens());
    int kept = Math.min(ids.length + (prefix ? 1 : 0), most);
    if (kept < ids.length + (prefix ? 1 : 0)) truncated++;
    var out = new int[kept];
    System.arraycopy(ids, Math.max(0, ids.length - kept), out, Math.max(0, kept - ids.length), Math.min(kept, ids.length));
    if (prefix && kept > ids.length) out[0] = subject.tokenizer().endOfText();
    return out;
  }

  private ItemResult marked(Task task, Item.Writing item, List<String> texts) {
    var right = new TreeMap<String, Integer>();
    for (String text : texts) item.marks().apply(text).forEach((metric, mark) -> right.merge(metric, mark >= 1 ? 1 : 0, Integer::sum));
    var metrics = new TreeMap<String, Double>();
    right.forEach((metric, count) -> {
      metrics.put(metric, (double) count / texts.size());
      if (texts.size() > 1) for (int k : writing.ks()) metrics.put(metric + " pass@" + k, Score.passAt(k, texts.size(), count));
    });
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("texts", texts);
    return new ItemResult(task.name(), item.id(), item.cluster(), item.group(), metrics, answer);
  }

  /** Every token is predicted once, from as much before it as a window that ends with its block holds: blocks of the context's length, as in the harness. */
  private ItemResult passage(Task task, Item.Passage item) {
    int[] ids = subject.tokenizer().encode(item.text());
    int[] all = new int[ids.length + 1];
    all[0] = subject.tokenizer().endOfText();
    System.arraycopy(ids, 0, all, 1, ids.length);
    var rows = new ArrayList<TokenLogProbabilities.Row>();
    int longest = subject.longest();
    for (int from = 1; from < all.length; from += longest) {
      int end = Math.min(all.length, from + longest), start = from == 1 ? 0 : Math.max(0, end - longest - 1);
      rows.add(new TokenLogProbabilities.Row(Arrays.copyOfRange(all, start, end), from - start));
    }
    double nats = 0;
    for (float[] l : likelihood.of(rows)) for (float x : l) nats -= x;
    var metrics = new TreeMap<String, Double>();
    metrics.put("nats", nats);
    metrics.put("bytes", (double) item.text().getBytes(StandardCharsets.UTF_8).length);
    metrics.put("words", (double) item.text().split("\\s+", -1).length);
    metrics.put("tokens", (double) ids.length);
    return new ItemResult(task.name(), item.id(), item.cluster(), item.group(), metrics, Map.of());
  }

  @Override
  public void close() {
    likelihood.close();
    generator.close();
  }
}
