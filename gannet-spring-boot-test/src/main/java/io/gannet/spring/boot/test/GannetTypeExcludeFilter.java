package io.gannet.spring.boot.test;

import io.gannet.rpc.RpcService;
import io.gannet.spring.boot.GannetClientCustomizer;
import io.gannet.spring.boot.GannetServerCustomizer;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.type.ClassMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/** What component scanning finds in a {@link GannetTest}. */
final class GannetTypeExcludeFilter
    extends StandardAnnotationCustomizableTypeExcludeFilter<GannetTest> {

  GannetTypeExcludeFilter(Class<?> testClass) {
    super(testClass);
  }

  @Override
  protected Set<Class<?>> getKnownIncludes() {
    return Set.of(GannetServerCustomizer.class, GannetClientCustomizer.class);
  }

  @Override
  protected boolean defaultInclude(MetadataReader type, MetadataReaderFactory types)
      throws IOException {
    return super.defaultInclude(type, types) || isService(type, types);
  }

  private static boolean isService(MetadataReader type, MetadataReaderFactory types)
      throws IOException {
    ClassMetadata metadata = type.getClassMetadata();
    for (String name : metadata.getInterfaceNames()) {
      MetadataReader parent = types.getMetadataReader(name);
      if (parent.getAnnotationMetadata().isAnnotated(RpcService.class.getName())
          || isService(parent, types)) {
        return true;
      }
    }
    @Nullable String parent = metadata.getSuperClassName();
    return parent != null
        && !parent.equals(Object.class.getName())
        && isService(types.getMetadataReader(parent), types);
  }
}
