package dev.freehold.audit.licence;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Texts in words of our own that ask what known licences ask, clause by clause, and the table of
/// what they ask, as published.
public final class WrittenLicences {
  private static final String LLAMA =
      " COMM=conditional MAU=threshold FIELD=listed AUPURL=yes NOTICE=required COPY=required"
          + " SUIT=all END=delete INDEM=yes LAW=named GATE=gate";

  private static final String REVENUE =
      "Above one million dollars of annual revenue any licenses granted to You shall terminate.";

  /// Per licence: how its text begins, and what it asks beyond the mildest answers.
  private static final Map<String, List<String>> TABLE = table();

  private WrittenLicences() {}

  private static Map<String, List<String>> table() {
    Map<String, List<String>> table = new LinkedHashMap<>();
    table.put(
        "Apache-2.0",
        List.of(
            "Apache License\n Version 2.0, January 2004",
            "COPY=required NOTICE=required MARK=required PAT=granted SUIT=patent END=breach"));
    table.put(
        "MIT",
        List.of(
            "Permission is hereby granted, free of charge, to any person. This permission notice"
                + " shall be included in all copies.",
            "COPY=required NOTICE=required END=breach PAT=silent"));
    table.put(
        "CC-BY-4.0",
        List.of(
            "Creative Commons Attribution 4.0 International Public License. Patent and trademark"
                + " rights are not licensed.",
            "NOTICE=required COPY=required MARK=required PAT=excluded END=breach"));
    table.put(
        "CC-BY-NC-4.0",
        List.of(
            "Attribution-NonCommercial 4.0 International Public License",
            "COMM=no NOTICE=required COPY=required MARK=required PAT=excluded END=breach"));
    table.put("CC0-1.0", List.of("CC0 1.0 Universal", "PAT=excluded"));
    table.put(
        "OpenMDW-1.0",
        List.of(
            "OpenMDW License Agreement, version 1.0 (Model Materials)",
            "NOTICE=required COPY=required PAT=granted SUIT=all"));
    table.put(
        "LicenseRef-OpenMDW-1.1",
        List.of(
            "OpenMDW License Agreement, version 1.1 (Model Materials)",
            "NOTICE=required COPY=required PAT=granted SUIT=all"));
    llamas(table);
    others(table);
    responsible(table);
    return table;
  }

  private static void llamas(Map<String, List<String>> table) {
    String trains = " CHANGE=yes PAT=silent TRAIN=conditional NAME=prefix SHOW=required" + LLAMA;
    table.put(
        "LicenseRef-Llama-2",
        List.of(
            "LLAMA 2 COMMUNITY LICENSE AGREEMENT\nLlama 2 Version Release Date: July 18, 2023",
            "TRAIN=no OUT=restricted PAT=silent CHANGE=yes" + LLAMA));
    table.put(
        "LicenseRef-Llama-3",
        List.of(
            "META LLAMA 3 COMMUNITY LICENSE AGREEMENT\nVersion Release Date: April 18, 2024",
            "TRAIN=no OUT=restricted NAME=prefix SHOW=required PAT=silent CHANGE=yes" + LLAMA));
    table.put(
        "LicenseRef-Llama-3.1",
        List.of("LLAMA 3.1 COMMUNITY LICENSE AGREEMENT\nRelease Date: July 23, 2024", trains));
    table.put(
        "LicenseRef-Llama-3.2",
        List.of(
            "LLAMA 3.2 COMMUNITY LICENSE AGREEMENT\nRelease Date: September 25, 2024",
            "GEO=excluded" + trains));
    table.put(
        "LicenseRef-Llama-3.3",
        List.of(
            "LLAMA 3.3 COMMUNITY LICENSE AGREEMENT\nRelease Date: December 6, 2024",
            "GEO=excluded" + trains));
    table.put(
        "LicenseRef-Llama-4",
        List.of(
            "LLAMA 4 COMMUNITY LICENSE AGREEMENT\nEffective Date: April 5, 2025",
            "GEO=excluded" + trains));
  }

  private static void others(Map<String, List<String>> table) {
    String chinese =
        "COMM=conditional MAU=threshold NOTICE=required COPY=required MARK=required PAT=silent"
            + " SUIT=all END=delete INDEM=yes LAW=named GATE=gate";
    table.put(
        "LicenseRef-Gemma",
        List.of(
            "Gemma Terms of Use, with the Gemma Prohibited Use Policy",
            "FIELD=listed AUPURL=yes CHANGE=yes TRAIN=conditional DISTIL=yes NOTICE=required"
                + " COPY=required MARK=required PASS=yes HOST=yes PAT=silent END=delete REMOTE=yes"
                + " LAW=named"));
    table.put(
        "LicenseRef-Qwen",
        List.of(
            "Qwen LICENSE AGREEMENT Release Date: September 19, 2024",
            "TRAIN=conditional SHOW=required " + chinese));
    table.put(
        "LicenseRef-Tongyi-Qianwen",
        List.of(
            "Tongyi Qianwen LICENSE AGREEMENT Release Date: August 3, 2023",
            "TRAIN=no OUT=restricted " + chinese));
    table.put(
        "LicenseRef-Falcon-2-11B",
        List.of(
            "Falcon 2 11B TII License",
            "FIELD=listed AUPURL=yes CHANGE=yes OUT=restricted SHOW=required NOTICE=required"
                + " COPY=required MARK=required PASS=yes PAT=granted SUIT=patent"));
    table.put(
        "LicenseRef-NVIDIA-Open-Model",
        List.of(
            "NVIDIA Open Model License Agreement",
            "FIELD=listed AUPURL=yes CHANGE=yes TRAIN=conditional SHOW=required NOTICE=required"
                + " COPY=required PAT=silent SUIT=all END=breach REVOKE=yes INDEM=yes LAW=named"
                + " GUARD=no"));
    table.put(
        "LicenseRef-Stability-Community",
        List.of(
            "STABILITY AI COMMUNITY LICENSE AGREEMENT",
            "COMM=conditional REV=threshold FIELD=listed AUPURL=yes CHANGE=yes TRAIN=no"
                + " OUT=restricted SHOW=required NOTICE=required COPY=required PAT=silent SUIT=all"
                + " END=delete REVOKE=yes INDEM=yes LAW=named GATE=gate"));
    table.put(
        "LicenseRef-Hunyuan3D-2.0",
        List.of(
            "TENCENT HUNYUAN 3D 2.0 COMMUNITY LICENSE AGREEMENT",
            "FIELD=listed CHANGE=yes TRAIN=no DISTIL=yes OUT=restricted SHOW=required PASS=yes"
                + " HOST=yes GEO=excluded GUARD=no "
                + chinese));
    table.put(
        "LicenseRef-Moonshot-modified-MIT",
        List.of(
            "Permission is hereby granted, free of charge, to any person; you shall prominently"
                + " display \"Kimi K2\".",
            "MAU=threshold REV=threshold SHOW=required NOTICE=required COPY=required END=breach"
                + " PAT=silent"));
    table.put(
        "LicenseRef-Bilibili",
        List.of(
            "bilibili Model Use License Agreement",
            "COMM=conditional MAU=threshold REV=threshold NOTICE=required COPY=required PASS=yes"
                + " PAT=silent END=delete INDEM=yes LAW=named GATE=gate"));
  }

  private static void responsible(Map<String, List<String>> table) {
    table.put(
        "LicenseRef-DeepSeek-1.0",
        List.of(
            "DEEPSEEK LICENSE AGREEMENT Version 1.0, 23 October 2023",
            "FIELD=listed DISTIL=yes NOTICE=required COPY=required MARK=required PASS=yes HOST=yes"
                + " PAT=granted SUIT=patent REMOTE=yes LAW=named"));
    table.put(
        "LicenseRef-BigScience-BLOOM-RAIL-1.0",
        List.of(
            "BigScience RAIL License v1.0\ndated May 19, 2022",
            "FIELD=listed DISTIL=yes NOTICE=required COPY=required MARK=required PASS=yes HOST=yes"
                + " PAT=granted SUIT=patent REMOTE=yes LATEST=yes"));
    table.put(
        "LicenseRef-BigCode-OpenRAIL-M-1",
        List.of(
            "BigCode Open RAIL-M v1 License Agreement",
            "FIELD=listed DISTIL=yes NOTICE=required COPY=required PASS=yes HOST=yes PAT=granted"
                + " SUIT=all REMOTE=yes"));
    table.put(
        "LicenseRef-Mistral-MRL-0.1",
        List.of("Mistral AI Research License", "COMM=no OUT=restricted COPY=required PAT=silent"));
    table.put(
        "LicenseRef-EXAONE-1.1-NC",
        List.of(
            "EXAONE AI Model License Agreement 1.1 - NC",
            "COMM=no OUT=restricted NAME=prefix COPY=required PAT=silent END=delete LAW=named"));
    table.put(
        "LicenseRef-BigScience-OpenRAIL-M",
        List.of(
            "BigScience Open RAIL-M License\ndated August 18, 2022",
            "FIELD=listed DISTIL=yes NOTICE=required COPY=required MARK=required PASS=yes HOST=yes"
                + " PAT=granted SUIT=patent REMOTE=yes LATEST=yes"));
    table.put(
        "LicenseRef-FAIR-Noncommercial",
        List.of(
            "FAIR Noncommercial Research License",
            "COMM=no FIELD=listed COPY=required PAT=silent END=delete"));
  }

  /// The licences of the table.
  public static List<String> ids() {
    return List.copyOf(TABLE.keySet());
  }

  /// What a licence asks beyond the mildest answers.
  public static Map<RuleId, String> asks(String id) {
    Map<RuleId, String> asks = new EnumMap<>(RuleId.class);
    for (String pair : row(id).getLast().strip().split("\\s+")) {
      String[] parts = pair.split("=");
      asks.put(RuleId.valueOf(parts[0]), parts[1]);
    }
    return asks;
  }

  private static List<String> row(String id) {
    List<String> row = TABLE.get(id);
    if (row == null) {
      throw new IllegalArgumentException("no licence " + id);
    }
    return row;
  }

  /// A text with the beginning by which the licence is known.
  public static String text(String id) {
    return row(id).getFirst() + "\n\n" + clauses(id);
  }

  /// The clauses alone.
  public static String clauses(String id) {
    StringBuilder text = new StringBuilder();
    Map<RuleId, String> asks = asks(id);
    asks.forEach((rule, answer) -> {
      boolean byRevenue = rule == RuleId.COMM && !asks.containsKey(RuleId.MAU);
      String clause = byRevenue && answer.equals("conditional") ? REVENUE : clause(rule, answer);
      text.append(clause).append("\n\n");
    });
    return text.toString();
  }

  private static String clause(RuleId rule, String answer) {
    return switch (rule + "=" + answer) {
      case "COMM=no" -> "You may use it for non-commercial purposes only.";
      case "COMM=conditional" ->
          "A firm with more than 700 million monthly active users of its products in the month"
              + " before release must request a\nlicense, which we may refuse.";
      case "MAU=threshold" -> "The count is one hundred million monthly active users.";
      case "REV=threshold" -> "It also counts whoever has 20 million dollars in monthly revenue.";
      case "FIELD=listed" -> "You agree not to use the Model for anything on the list.";
      case "AUPURL=yes" -> "Keep to the Acceptable Use Policy (see https://example.org/policy).";
      case "CHANGE=yes" -> "The licensor reserves the right to update this text.";
      case "TRAIN=no" -> "You will not use the Materials to improve any other language model.";
      case "TRAIN=conditional" ->
          "Whoever uses it to create, train, fine-tune, or otherwise improve another AI model says"
              + " so.";
      case "DISTIL=yes" -> "Models made by distillation count as derivatives.";
      case "OUT=restricted" -> "This holds for the Materials or any output or results of them.";
      case "NAME=prefix" -> "Put the word at the beginning of any such AI model name.";
      case "SHOW=required" -> "You shall prominently display where it is from.";
      case "NOTICE=required" -> "Put the line within a \"Notice\" text file; retain all copyright.";
      case "COPY=required" -> "Give recipients a copy of this Agreement.";
      case "MARK=required" -> "Files carry prominent notices stating that You changed them.";
      case "PASS=yes" -> "Include the limits as an enforceable provision in your contracts.";
      case "HOST=yes" -> "Offering it as a hosted service is distribution.";
      case "PAT=granted" -> "Each contributor grants a patent license to make and sell.";
      case "PAT=excluded" -> "Patent and trademark rights are not licensed.";
      case "PAT=silent" -> "";
      case "SUIT=patent" ->
          "If You institute patent litigation against anyone, any patent licenses granted to You"
              + " end.";
      case "SUIT=all" ->
          "If you institute litigation against anyone over it, then any licenses granted to you"
              + " shall terminate.";
      case "END=breach" -> "Rights terminate automatically when you do not comply.";
      case "END=delete" -> "On termination you shall delete and cease use of the Materials.";
      case "REVOKE=yes" -> "You get a worldwide, revocable licence.";
      case "REMOTE=yes" -> "We may restrict (remotely or otherwise) usage in violation of this.";
      case "LATEST=yes" -> "Make reasonable efforts to use the latest version of the Model.";
      case "GEO=excluded" ->
          "No rights are given to persons domiciled in, or companies with a place of business in,"
              + " the European Union.";
      case "INDEM=yes" -> "You will indemnify and hold us harmless.";
      case "LAW=named" -> "This is governed by the laws of California.";
      case "GATE=gate" -> "By clicking \"I Accept\" you agree.";
      case "GUARD=no" -> "Rights end if you bypass, disable, reduce or evade any safety guardrail.";
      default -> throw new IllegalArgumentException("no clause for " + rule + "=" + answer);
    };
  }
}
