package dev.freehold.model;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where the tensors of a family are in a file, and how their stored form differs from ours.
///
/// @param places per role the places to look at, the first that is there is taken
/// @param plusOne norms whose stored weights lack 1
/// @param logarithmicDecay whether [Role#DECAY] holds log(-A) instead of A
public record Layout(Map<Role, List<Stored>> places, Set<Role> plusOne, boolean logarithmicDecay) {
  public Layout {
    places = Map.copyOf(places);
    plusOne = Set.copyOf(plusOne);
  }

  /// The names that GGUF gives to the tensors of most families.
  public static Layout gguf() {
    Map<Role, List<Stored>> places = new EnumMap<>(Role.class);
    put(places, Role.EMBEDDING, "token_embd.weight");
    put(places, Role.POSITION_EMBEDDING, "position_embd.weight");
    put(places, Role.FINAL_NORM, "output_norm.weight");
    put(places, Role.OUTPUT, "output.weight");
    put(places, Role.MIXER_NORM, "blk.{l}.attn_norm.weight");
    put(places, Role.MIXER_POST_NORM, "blk.{l}.post_attention_norm.weight");
    put(places, Role.FEED_FORWARD_NORM, "blk.{l}.ffn_norm.weight");
    put(places, Role.FEED_FORWARD_POST_NORM, "blk.{l}.post_ffw_norm.weight");
    put(places, Role.QUERY, "blk.{l}.attn_q.weight");
    put(places, Role.QUERY_AND_GATE, "blk.{l}.attn_q.weight");
    put(places, Role.KEY, "blk.{l}.attn_k.weight");
    put(places, Role.VALUE, "blk.{l}.attn_v.weight");
    put(places, Role.QUERY_NORM, "blk.{l}.attn_q_norm.weight");
    put(places, Role.KEY_NORM, "blk.{l}.attn_k_norm.weight");
    put(places, Role.SINKS, "blk.{l}.attn_sinks.weight");
    put(places, Role.ATTENTION_OUTPUT, "blk.{l}.attn_output.weight");
    put(places, Role.GATE, "blk.{l}.ffn_gate.weight");
    put(places, Role.UP, "blk.{l}.ffn_up.weight");
    put(places, Role.DOWN, "blk.{l}.ffn_down.weight");
    put(places, Role.ROUTER, "blk.{l}.ffn_gate_inp.weight");
    put(places, Role.ROUTER_CORRECTION, "blk.{l}.exp_probs_b.bias");
    put(places, Role.EXPERT_GATE, "blk.{l}.ffn_gate_exps.weight");
    put(places, Role.EXPERT_UP, "blk.{l}.ffn_up_exps.weight");
    put(places, Role.EXPERT_DOWN, "blk.{l}.ffn_down_exps.weight");
    put(places, Role.SHARED_GATE, "blk.{l}.ffn_gate_shexp.weight");
    put(places, Role.SHARED_UP, "blk.{l}.ffn_up_shexp.weight");
    put(places, Role.SHARED_DOWN, "blk.{l}.ffn_down_shexp.weight");
    put(places, Role.SHARED_ROUTER, "blk.{l}.ffn_gate_inp_shexp.weight");
    return new Layout(places, Set.of(), false);
  }

  /// The names that Llama has in Hugging Face files, which most families took over.
  public static Layout huggingFace() {
    Map<Role, List<Stored>> places = new EnumMap<>(Role.class);
    put(places, Role.EMBEDDING, "model.embed_tokens.weight");
    put(places, Role.FINAL_NORM, "model.norm.weight");
    put(places, Role.OUTPUT, "lm_head.weight");
    put(places, Role.MIXER_NORM, "model.layers.{l}.input_layernorm.weight");
    put(places, Role.FEED_FORWARD_NORM, "model.layers.{l}.post_attention_layernorm.weight");
    put(places, Role.QUERY, "model.layers.{l}.self_attn.q_proj.weight");
    put(places, Role.QUERY_AND_GATE, "model.layers.{l}.self_attn.q_proj.weight");
    put(places, Role.KEY, "model.layers.{l}.self_attn.k_proj.weight");
    put(places, Role.VALUE, "model.layers.{l}.self_attn.v_proj.weight");
    put(places, Role.QUERY_NORM, "model.layers.{l}.self_attn.q_norm.weight");
    put(places, Role.KEY_NORM, "model.layers.{l}.self_attn.k_norm.weight");
    put(places, Role.SINKS, "model.layers.{l}.self_attn.sinks");
    put(places, Role.ATTENTION_OUTPUT, "model.layers.{l}.self_attn.o_proj.weight");
    put(places, Role.GATE, "model.layers.{l}.mlp.gate_proj.weight");
    put(places, Role.UP, "model.layers.{l}.mlp.up_proj.weight");
    put(places, Role.DOWN, "model.layers.{l}.mlp.down_proj.weight");
    put(places, Role.ROUTER, "model.layers.{l}.mlp.gate.weight");
    put(places, Role.ROUTER_CORRECTION, "model.layers.{l}.mlp.gate.e_score_correction_bias");
    put(places, Role.EXPERT_GATE, "model.layers.{l}.mlp.experts.{e}.gate_proj.weight");
    put(places, Role.EXPERT_UP, "model.layers.{l}.mlp.experts.{e}.up_proj.weight");
    put(places, Role.EXPERT_DOWN, "model.layers.{l}.mlp.experts.{e}.down_proj.weight");
    put(places, Role.SHARED_GATE, "model.layers.{l}.mlp.shared_experts.gate_proj.weight");
    put(places, Role.SHARED_UP, "model.layers.{l}.mlp.shared_experts.up_proj.weight");
    put(places, Role.SHARED_DOWN, "model.layers.{l}.mlp.shared_experts.down_proj.weight");
    return new Layout(places, Set.of(), false);
  }

  private static void put(Map<Role, List<Stored>> places, Role role, String pattern) {
    places.put(role, List.of(Stored.whole(pattern)));
  }

  /// The role is at one of these names.
  public Layout with(Role role, String... patterns) {
    return with(role, Arrays.stream(patterns).map(Stored::whole).toArray(Stored[]::new));
  }

  /// The role is at one of these places.
  public Layout with(Role role, Stored... alternatives) {
    Map<Role, List<Stored>> changed = new EnumMap<>(Role.class);
    changed.putAll(places);
    changed.put(role, List.of(alternatives));
    return new Layout(changed, plusOne, logarithmicDecay);
  }

  /// The role may also be at this place.
  public Layout or(Role role, Stored alternative) {
    List<Stored> known = places.getOrDefault(role, List.of());
    Stored[] all = Arrays.copyOf(known.toArray(Stored[]::new), known.size() + 1);
    all[known.size()] = alternative;
    return with(role, all);
  }

  /// The stored weights of these norms lack 1.
  public Layout withPlusOne(Role... roles) {
    Set<Role> changed = EnumSet.noneOf(Role.class);
    changed.addAll(plusOne);
    changed.addAll(Arrays.asList(roles));
    return new Layout(places, changed, logarithmicDecay);
  }

  public Layout withLogarithmicDecay() {
    return new Layout(places, plusOne, true);
  }

  List<Stored> places(Role role) {
    List<Stored> known = places.get(role);
    if (known == null) {
      throw new ModelException("this file format has no name for the tensor of role " + role);
    }
    return known;
  }
}
