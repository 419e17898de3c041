package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * Arithmetic of a {@code kernels.conf}: whole numbers (long) and floating ones (double), {@code + - * / %} (whole by whole is whole), comparisons and {@code && || !}
 * (1 and 0), {@code a ? b : c}, {@code ceil(a, b)}, {@code min}, {@code max}, names, and functions of operands: {@code rows(x)}, {@code dim(x[i], 0)}.
 */
final class Expression {
  /** What names mean where an expression is evaluated. */
  interface Scope {
    /** @throws IllegalArgumentException when there is no such name */
    Number name(String name);

    /** A function of an operand. @param index of a variadic operand, -1 for others @param argument 0 where the function takes none */
    Number operand(String function, String operand, int index, long argument);
  }

  private interface Node {
    Number value(Scope s);
  }

  private final String text;
  private final Node root;

  private Expression(String text, Node root) {
    this.text = text;
    this.root = root;
  }

  /** @throws IllegalArgumentException with what is wrong and where */
  static Expression parse(String text) {
    var parser = new Parser(text);
    Node root = parser.choice();
    parser.expectEnd();
    return new Expression(text, root);
  }

  Number number(Scope scope) {
    return root.value(scope);
  }

  long whole(Scope scope) {
    Number n = number(scope);
    if (n instanceof Long l) return l;
    throw new IllegalArgumentException("'" + text + "' must be a whole number, but is " + n);
  }

  boolean holds(Scope scope) {
    return truth(number(scope));
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Expression e && e.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  private static boolean truth(Number n) {
    return n.doubleValue() != 0;
  }

  private static Number of(boolean b) {
    return b ? 1L : 0L;
  }

  private static Number binary(String operator, Number a, Number b) {
    if (a instanceof Long x && b instanceof Long y) {
      if (y == 0 && (operator.equals("/") || operator.equals("%"))) throw new IllegalArgumentException("division by zero");
      return switch (operator) {
        case "+" -> (Number) Math.addExact(x, y);
        case "-" -> Math.subtractExact(x, y);
        case "*" -> Math.multiplyExact(x, y);
        case "/" -> Math.floorDiv(x, y);
        case "%" -> Math.floorMod(x, y);
        default -> compare(operator, Long.compare(x, y));
      };
    }
    double x = a.doubleValue(), y = b.doubleValue();
    return switch (operator) {
      case "+" -> (Number) (x + y);
      case "-" -> x - y;
      case "*" -> x * y;
      case "/" -> x / y;
      case "%" -> x % y;
      default -> compare(operator, Double.compare(x, y));
    };
  }

  private static Number compare(String operator, int order) {
    return of(switch (operator) {
      case "==" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    });
  }

  private record Constant(Number n) implements Node {
    @Override
    public Number value(Scope s) {
      return n;
    }
  }

  private record Name(String name, Node index) implements Node {
    @Override
    public Number value(Scope s) {
      if (index != null) throw new IllegalArgumentException("'" + name + "[…]' is an operand, not a number");
      return s.name(name);
    }
  }

  private record Binary(String operator, Node a, Node b) implements Node {
    @Override
    public Number value(Scope s) {
      return binary(operator, a.value(s), b.value(s));
    }
  }

  /** {@code &&}: stops at the first that does not hold; {@code ||}: at the first that does. */
  private record Logic(boolean and, Node a, Node b) implements Node {
    @Override
    public Number value(Scope s) {
      return truth(a.value(s)) == and ? of(truth(b.value(s))) : of(!and);
    }
  }

  private record Choice(Node condition, Node yes, Node no) implements Node {
    @Override
    public Number value(Scope s) {
      return truth(condition.value(s)) ? yes.value(s) : no.value(s);
    }
  }

  private record Call(String function, List<Node> arguments) implements Node {
    @Override
    public Number value(Scope s) {
      switch (function) {
        case "ceil" -> {
          Number a = arguments.get(0).value(s), b = arguments.get(1).value(s);
          return binary("/", binary("-", binary("+", a, b), 1L), b);
        }
        case "min", "max" -> {
          Number best = arguments.getFirst().value(s);
          for (Node n : arguments.subList(1, arguments.size())) {
            Number next = n.value(s);
            if (truth(binary(function.equals("min") ? "<" : ">", next, best))) best = next;
          }
          return best;
        }
        default -> {
          if (!(arguments.getFirst() instanceof Name operand)) throw new IllegalArgumentException("the first argument of " + function + " must be an operand");
          int index = operand.index == null ? -1 : operand.index.value(s).intValue();
          return s.operand(function, operand.name, index, arguments.size() > 1 ? arguments.get(1).value(s).longValue() : 0);
        }
      }
    }
  }

  /** Recursive descent, one method a level of precedence. */
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Node choice() {
      Node condition = or();
      if (!take("?")) return condition;
      Node yes = choice();
      expect(":");
      return new Choice(condition, yes, choice());
    }

    private Node or() {
      Node a = and();
      while (take("||")) a = new Logic(false, a, and());
      return a;
    }

    private Node and() {
      Node a = comparison();
      while (take("&&")) a = new Logic(true, a, comparison());
      return a;
    }

    private Node comparison() {
      Node a = sum();
      for (String o : List.of("==", "!=", "<=", ">=", "<", ">")) if (take(o)) return new Binary(o, a, sum());
      return a;
    }

    private Node sum() {
      Node a = product();
      while (true) {
        if (take("+")) a = new Binary("+", a, product());
        else if (take("-")) a = new Binary("-", a, product());
        else return a;
      }
    }

    private Node product() {
      Node a = unary();
      while (true) {
        if (take("*")) a = new Binary("*", a, unary());
        else if (take("/")) a = new Binary("/", a, unary());
        else if (take("%")) a = new Binary("%", a, unary());
        else return a;
      }
    }

    private Node unary() {
      if (take("-")) return new Binary("-", new Constant(0L), unary());
      if (peek() == '!' && !text.startsWith("!=", at)) {
        take("!");
        return new Choice(unary(), new Constant(0L), new Constant(1L));
      }
      return atom();
    }

    private Node atom() {
      if (take("(")) {
        Node inner = choice();
        expect(")");
        return inner;
      }
      char c = peek();
      if (Character.isDigit(c)) return number();
      if (!Character.isLetter(c)) throw wrong("a number, a name or '(' is expected");
      int start = at;
      while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "._".indexOf(text.charAt(at)) >= 0)) at++;
      String name = text.substring(start, at);
      if (take("(")) {
        var arguments = new ArrayList<Node>();
        do arguments.add(choice()); while (take(","));
        expect(")");
        boolean two = name.equals("ceil") || name.equals("dim");
        if (two && arguments.size() != 2) throw wrong(name + " takes two arguments, not " + arguments.size());
        return new Call(name, arguments);
      }
      Node index = null;
      if (take("[")) {
        index = choice();
        expect("]");
      }
      return new Name(name, index);
    }

    private Node number() {
      int start = at;
      while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '.' || "+-".indexOf(text.charAt(at)) >= 0 && "eE".indexOf(text.charAt(at - 1)) >= 0)) at++;
      String digits = text.substring(start, at);
      try {
        return new Constant(digits.chars().allMatch(Character::isDigit) ? (Number) Long.parseLong(digits) : (Number) Double.parseDouble(digits));
      } catch (NumberFormatException e) {
        throw wrong("'" + digits + "' is no number");
      }
    }

    private char peek() {
      while (at < text.length() && text.charAt(at) == ' ') at++;
      return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean take(String symbol) {
      peek();
      if (!text.startsWith(symbol, at)) return false;
      at += symbol.length();
      return true;
    }

    private void expect(String symbol) {
      if (!take(symbol)) throw wrong("'" + symbol + "' is expected");
    }

    void expectEnd() {
      if (peek() != 0) throw wrong("it should end");
    }

    private IllegalArgumentException wrong(String what) {
      return new IllegalArgumentException("'" + text + "' at character " + (at + 1) + ": " + what);
    }
  }
}
