package org.vulpes.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.model.Decoder;
import org.vulpes.slot.InvalidInput;

class FamilyTest {
  @TempDir Path folder;

  /** Totals of models.md 2.1: published, or derived from the published shapes. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "494032768 | {'model_type':'qwen2','num_hidden_layers':24,'hidden_size':896,'num_attention_heads':14,'num_key_value_heads':2,'intermediate_size':4864,'vocab_size':151936,'tie_word_embeddings':true,'hidden_act':'silu','use_sliding_window':false,'sliding_window':32768,'max_window_layers':24}",
      "596049920 | {'model_type':'qwen3','num_hidden_layers':28,'hidden_size':1024,'num_attention_heads':16,'num_key_value_heads':8,'head_dim':128,'intermediate_size':3072,'vocab_size':151936,'tie_word_embeddings':true}",
      "1720574976 | {'model_type':'qwen3','num_hidden_layers':28,'hidden_size':2048,'num_attention_heads':16,'num_key_value_heads':8,'head_dim':128,'intermediate_size':6144,'vocab_size':151936,'tie_word_embeddings':true}",
      "1100048384 | {'model_type':'llama','num_hidden_layers':22,'hidden_size':2048,'num_attention_heads':32,'num_key_value_heads':4,'intermediate_size':5632,'vocab_size':32000}",
      "134515008 | {'model_type':'llama','num_hidden_layers':30,'hidden_size':576,'num_attention_heads':9,'num_key_value_heads':3,'intermediate_size':1536,'vocab_size':49152,'tie_word_embeddings':true}",
      "3075098624 | {'model_type':'smollm3','num_hidden_layers':36,'hidden_size':2048,'num_attention_heads':16,'num_key_value_heads':4,'intermediate_size':11008,'vocab_size':128256}",
      "999885952 | {'model_type':'gemma3_text','num_hidden_layers':26,'hidden_size':1152,'num_attention_heads':4,'num_key_value_heads':1,'head_dim':256,'intermediate_size':6912,'vocab_size':262144}",
      "1484916736 | {'model_type':'olmo2','num_hidden_layers':16,'hidden_size':2048,'num_attention_heads':16,'num_key_value_heads':16,'intermediate_size':8192,'vocab_size':100352}",
      "271527168 | {'model_type':'openelm','num_transformer_layers':16,'model_dim':1280,'head_dim':64,'num_gqa_groups':4,'qkv_multipliers':[0.5,1.0],'ffn_multipliers':[0.5,4.0],'ffn_dim_divisor':256,'vocab_size':32000}",
      "457179136 | {'model_type':'openelm','num_transformer_layers':20,'model_dim':1536,'head_dim':64,'num_gqa_groups':4,'qkv_multipliers':[0.5,1.0],'ffn_multipliers':[0.5,4.0],'ffn_dim_divisor':256,'vocab_size':32000}",
      "1079891456 | {'model_type':'openelm','num_transformer_layers':28,'model_dim':2048,'head_dim':64,'num_gqa_groups':4,'qkv_multipliers':[0.5,1.0],'ffn_multipliers':[0.5,4.0],'ffn_dim_divisor':256,'vocab_size':32000}",
      "3036647424 | {'model_type':'openelm','num_transformer_layers':36,'model_dim':3072,'head_dim':128,'num_gqa_groups':4,'qkv_multipliers':[0.5,1.0],'ffn_multipliers':[0.5,4.0],'ffn_dim_divisor':256,'vocab_size':32000}",
      "124439808 | {'model_type':'gpt2','n_layer':12,'n_embd':768,'n_head':12,'n_positions':1024,'vocab_size':50257}"})
  void publishedModelsHaveTheirPublishedSizes(long total, String config) throws IOException {
    assertEquals(total, decoder(config).count().total());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "model_type 'mamba' | 'model_type':'mamba'",
      "rope_scaling.rope_type 'yarn' | 'rope_scaling':{'rope_type':'yarn','factor':4.0}",
      "rope_scaling.factor | 'rope_scaling':{'rope_type':'linear'}",
      "rope_scaling.attention_factor | 'rope_scaling':{'rope_type':'linear','factor':4.0,'attention_factor':2.0}",
      "rope_scaling | 'rope_scaling':4",
      "logit_softcap | 'logit_softcap':30.0",
      "use_gate | 'use_gate':true",
      "hidden_act 'tanh' | 'hidden_act':'tanh'",
      "sliding_window | 'sliding_window':64",
      "layer_types | 'layer_types':['full_attention','sliding_attention']",
      "hidden_size | 'hidden_size':0",
      "hidden_size | 'hidden_size':'many'",
      "vocab_size | 'vocab_size':null",
      "num_hidden_layers | 'num_hidden_layers':1.5"})
  void whatChangesTheComputationIsNeverPassedOver(String says, String change) throws IOException {
    String config = "{'model_type':'llama','num_hidden_layers':2,'hidden_size':32,'num_attention_heads':4,'intermediate_size':64,'vocab_size':96}";
    String key = change.substring(0, change.indexOf(':'));
    String changed = config.contains(key) ? config.replaceFirst(key + ":[^,}]*", change) : config.replace("}", "," + change + "}");
    String message = assertThrows(InvalidInput.class, () -> decoder(changed)).getMessage();
    assertTrue(message.contains("config.json"), message);
    assertTrue(message.contains(says), message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "model.attention.gqa.kv-heads | 'num_key_value_heads':3",
      "model.attention.gqa.heads | 'num_attention_heads':5",
      "model.attention.gqa.head-dim must be even | 'head_dim':7"})
  void partsThatDoNotFitAreNamed(String says, String change) throws IOException {
    String config = "{'model_type':'llama','num_hidden_layers':2,'hidden_size':32,'num_attention_heads':4,'intermediate_size':64,'vocab_size':96}";
    String key = change.substring(0, change.indexOf(':'));
    String changed = config.contains(key) ? config.replaceFirst(key + ":[^,}]*", change) : config.replace("}", "," + change + "}");
    String message = assertThrows(InvalidInput.class, () -> decoder(changed)).getMessage();
    assertTrue(message.contains(says), message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "'rope_theta':500000.0,'rope_scaling':{'rope_type':'linear','factor':8.0}",
      "'rope_parameters':{'rope_type':'linear','rope_theta':500000.0,'factor':8.0}",
      "'rope_theta':500000.0,'rope_scaling':{'type':'linear','factor':8.0},'some_flag':false,'some_text':null"})
  void ropeIsReadFromOldAndNewFields(String change) throws IOException {
    Path file = write("{'model_type':'llama','num_hidden_layers':2,'hidden_size':32,'num_attention_heads':4,'intermediate_size':64,'vocab_size':96," + change + "}");
    var model = Family.read(Fields.read(file)).model();
    assertEquals(500000.0, model.get("position.rope.theta"));
    assertEquals("linear", model.get("position.rope.scaling"));
    assertEquals(8.0, model.get("position.rope.linear.factor"));
  }

  private Decoder decoder(String config) throws IOException {
    return HuggingFaceFolder.decoder(write(config), new StockBricks());
  }

  private Path write(String config) throws IOException {
    return Files.writeString(folder.resolve("config.json"), config.replace('\'', '"'));
  }
}
