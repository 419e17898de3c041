package org.vulpes.itests.command;

import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** A plugin whose constructor fails, as one does that lacks a native library. */
public final class FailingPlugin implements Plugin<String> {
  /** What its bundle declares in OSGI-INF, as bnd would write it. */
  public static final String COMPONENT = """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="failing">
        <property name="slot" type="String" value="curriculum"/>
        <property name="use" type="String" value="failing"/>
        <service><provide interface="org.vulpes.slot.Plugin"/></service>
        <implementation class="org.vulpes.itests.command.FailingPlugin"/>
      </scr:component>
      """;

  public FailingPlugin() {
    throw new UnsupportedOperationException("this machine has no such device");
  }

  @Override
  public String create(Options options) {
    return "never";
  }
}
